import { maxConnectionsRange, tenantPortRange } from '../../../../contract/limits.ts'
import type { HostStatus } from '../../../../contract/panel.ts'
import type { Tenant } from '../../../../contract/tenant.ts'
import { Confirm } from '../../../ui/confirm.tsx'
import type { TenantDetails } from '../use-tenant-details.ts'
import { HandOverDialog } from './hand-over-dialog.tsx'
import { NumberDialog } from './number-dialog.tsx'
import { RenameDialog } from './rename-dialog.tsx'
import { ResizeDialog } from './resize-dialog.tsx'
import {
  deleteTenant,
  flushTenant,
  limitTenant,
  moveTenant,
  renameTenant,
  resizeTenant,
  restartTenant,
  type TenantCommand,
} from './tenant-command.ts'
import type { TenantDialog } from './tenant-dialog.ts'

interface TenantDialogsProps {
  readonly tenant: Tenant
  readonly host: HostStatus | undefined
  /** The memory of the items now, in bytes; undefined: not observed. */
  readonly usedBytes: number | undefined
  readonly details: TenantDetails
  readonly open: TenantDialog | undefined
  readonly onClose: () => void
  readonly onRun: (command: TenantCommand, confirmed: boolean) => void
  readonly onDelete: (command: TenantCommand) => void
}

/** Every question that an action of a tenant asks before it begins. */
export function TenantDialogs(props: TenantDialogsProps) {
  const { tenant, host, usedBytes, details, open, onClose, onRun, onDelete } = props
  const { name } = tenant
  const range = host?.portRange
  return (
    <>
      <Confirm
        opened={open === 'restart'}
        title={`Restart ${name}?`}
        survival="lost"
        verb="Restart"
        onConfirm={() => onRun(restartTenant(tenant), true)}
        onClose={onClose}
      >
        memcached ends and begins again. Connections are cut and come back as soon as it answers.
      </Confirm>
      <Confirm
        opened={open === 'flush'}
        title={`Flush ${name}?`}
        survival="lost"
        verb="Flush"
        onConfirm={() => onRun(flushTenant(tenant), true)}
        onClose={onClose}
      >
        Every item is dropped. Connections stay.
      </Confirm>
      <Confirm
        opened={open === 'delete'}
        title={`Delete ${name}?`}
        survival="lost"
        verb="Delete"
        typed={name}
        onConfirm={() => onDelete(deleteTenant(tenant))}
        onClose={onClose}
      >
        Its container goes. Port {tenant.port} is kept back for 30 days, so that nobody else gets what its
        programs still send; until then the activity can put it back, with its allowed addresses and notes.
      </Confirm>
      <ResizeDialog
        opened={open === 'resize'}
        tenant={tenant}
        usedBytes={usedBytes}
        onResize={(memoryMb) => onRun(resizeTenant(tenant, memoryMb), false)}
        onClose={onClose}
      />
      <NumberDialog
        opened={open === 'limit'}
        title={`Connection limit of ${name}`}
        label="Connections at once"
        description="From 64 to 65,536. memcached takes it at its start only, so the container is made anew."
        current={tenant.maxConnections}
        range={maxConnectionsRange}
        survival="lost"
        verb="Change and lose the data"
        onChosen={(limit) => onRun(limitTenant(tenant, limit), true)}
        onClose={onClose}
      />
      <NumberDialog
        opened={open === 'move'}
        title={`Port of ${name}`}
        label="Port"
        description={`${range === undefined ? '' : `${tenant.host} gives ports from ${range.from} to ${range.to}. `}The container is made anew, and the tenant's programs need the new port.`}
        current={tenant.port ?? range?.from ?? 20_000}
        range={range === undefined ? tenantPortRange : { least: range.from, most: range.to }}
        grouped={false}
        survival="lost"
        verb="Change and lose the data"
        onChosen={(port) => onRun(moveTenant(tenant, port), true)}
        onClose={onClose}
      />
      <RenameDialog
        opened={open === 'rename'}
        name={name}
        onRename={(newName) => onRun(renameTenant(tenant, newName), false)}
        onClose={onClose}
      />
      <HandOverDialog opened={open === 'hand-over'} name={name} details={details} onClose={onClose} />
    </>
  )
}
