import type { DataSurvival } from '../../../../contract/data-survival.ts'
import { dataSurvival } from '../../../../contract/data-survival.ts'
import type { Tenant } from '../../../../contract/tenant.ts'
import type { TenantDialog } from './tenant-dialog.ts'

/** One thing that can be done with a tenant, wherever it is offered: button, menu, palette, settings. */
export interface TenantAction {
  readonly id: string
  readonly title: string
  /** What becomes of the data; undefined when the cache is not touched at all. */
  readonly survival: DataSurvival | undefined
  readonly keys?: string
  readonly run: () => void
}

interface TenantActionHandlers {
  readonly suspend: () => void
  readonly resume: () => void
  readonly restart: () => void
  readonly open: (dialog: TenantDialog) => void
}

/** What can be done in the tenant's state; nothing while it is being made, deleted or changed. */
export function listTenantActions(
  { state }: Tenant,
  busy: boolean,
  { suspend, resume, restart, open }: TenantActionHandlers,
): TenantAction[] {
  if (busy || state === 'creating' || state === 'deleting') return []
  const { grow, ...survival } = dataSurvival
  const actions: (TenantAction | false)[] = [
    state !== 'suspended' && {
      ...{ id: 'suspend', title: 'Suspend', survival: survival.suspend, keys: 'mod+alt+S', run: suspend },
    },
    state !== 'running' && {
      ...{ id: 'resume', title: 'Resume', survival: survival.resume, run: resume },
      ...(state === 'suspended' ? { keys: 'mod+alt+S' } : {}),
    },
    { id: 'resize', title: 'Resize', survival: grow, run: () => open('resize') },
    { id: 'rename', title: 'Rename', survival: survival.rename, run: () => open('rename') },
    {
      ...{ id: 'restart', title: 'Restart', survival: survival.restart, keys: 'mod+alt+R' },
      // What does not run has lost its cache already.
      run: state === 'stopped' ? restart : () => open('restart'),
    },
    { id: 'flush', title: 'Flush', survival: survival.flush, run: () => open('flush') },
    { id: 'limit', title: 'Change the connection limit', survival: survival.limit, run: () => open('limit') },
    { id: 'move', title: 'Change the port', survival: survival.move, run: () => open('move') },
    { id: 'upgrade', title: 'Upgrade', survival: survival.upgrade, run: () => open('upgrade') },
    { id: 'delete', title: 'Delete', survival: survival.delete, run: () => open('delete') },
  ]
  return actions.filter((action) => action !== false)
}
