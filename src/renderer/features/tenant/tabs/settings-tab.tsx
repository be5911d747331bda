import { Button } from '@mantine/core'
import type { Tenant } from '../../../../contract/tenant.ts'
import { renderMegabytes } from '../../../ui/quantities.ts'
import { Survival } from '../../../ui/survival.tsx'
import type { TenantAction } from '../actions/tenant-actions.ts'
import { unready } from '../unready.ts'
import type { TenantDetails } from '../use-tenant-details.ts'
import { NotesField } from './notes-field.tsx'
import tabs from './tabs.module.css'
import { TagsField } from './tags-field.tsx'

interface SettingsTabProps {
  readonly tenant: Tenant
  readonly actions: readonly TenantAction[]
  readonly details: TenantDetails
}

/** The tenant's settings, each with the way to change it and the effect on the data. */
export function SettingsTab({ tenant, actions, details }: SettingsTabProps) {
  const upgrade = details.data?.upgrade.sentence ?? ''
  const rows = [
    { id: 'resize', name: 'Memory', value: renderMegabytes(tenant.memoryMb), verb: 'Resize…' },
    { id: 'limit', name: 'Connections', value: tenant.maxConnections.toLocaleString('en'), verb: 'Change…' },
    { id: 'move', name: 'Port', value: tenant.port ?? 'none yet', verb: 'Change…' },
    { id: 'rename', name: 'Name', value: tenant.name, verb: 'Rename…' },
    { id: 'flush', name: 'Cache', value: 'Drop every item', verb: 'Flush…' },
    {
      id: 'upgrade',
      name: 'Image',
      value: upgrade === '' ? `The one that ${tenant.host} has now` : upgrade,
      verb: 'Upgrade…',
    },
    { id: 'restart', name: 'memcached', value: 'End it and begin again', verb: 'Restart…' },
    { id: 'delete', name: 'Delete', value: 'Container, allowed addresses and notes', verb: 'Delete…' },
  ]
  return (
    <div className={tabs.settings}>
      <div className={tabs.written}>
        <NotesField tenant={tenant} />
        <TagsField tenant={tenant} />
      </div>
      {rows.map(({ id, name, value, verb }) => {
        const action = actions.find((each) => each.id === id)
        return (
          <div key={id} className={tabs.setting}>
            <span className={tabs.settingName}>{name}</span>
            <span className={tabs.settingValue}>
              <span className="figure">{value}</span>
              {action !== undefined && <Survival survival={action.survival} sentence={action.sentence} />}
            </span>
            <Button
              variant="default"
              color={id === 'delete' ? 'red' : undefined}
              onClick={action?.ready === true ? action.run : undefined}
              {...unready(action?.ready !== true)}
              aria-label={`${verb.replace('…', '')}: ${name}`}
            >
              {verb}
            </Button>
          </div>
        )
      })}
    </div>
  )
}
