import { Menu } from '@mantine/core'
import {
  Copy,
  ExternalLink,
  Pause,
  Play,
  RotateCcw,
  ShieldMinus,
  ShieldPlus,
  Tag,
  Trash2,
} from 'lucide-react'
import type { Tenant } from '../../../contract/tenant.ts'
import styles from './tenants.module.css'
import type { TenantActions } from './use-actions-of-tenants.ts'

export interface MenuPlace {
  /** The tenants that the menu acts on: the row, or all that are selected where the row is one of them. */
  readonly tenants: readonly Tenant[]
  readonly x: number
  readonly y: number
}

interface RowMenuProps {
  readonly place: MenuPlace | undefined
  readonly actions: TenantActions
  readonly onOpen: (tenant: Tenant) => void
  readonly onClose: () => void
}

/** The menu of a tenant's actions, at the place where it was asked for. All rows share it. */
export function RowMenu({ place, actions, onOpen, onClose }: RowMenuProps) {
  if (place === undefined) return null
  const { tenants, x, y } = place
  const [first] = tenants
  if (first === undefined) return null
  const one = tenants.length === 1
  const label = one ? first.name : `${tenants.length.toLocaleString('en')} tenants`
  const start = (kind: Parameters<TenantActions['start']>[0]) => () => actions.start(kind, tenants)
  return (
    <Menu key={`${x},${y}`} opened onClose={onClose} position="bottom-start" width={230} returnFocus={false}>
      <Menu.Target>
        <button
          type="button"
          tabIndex={-1}
          className={styles.anchor}
          style={{ left: x, top: y }}
          aria-label={`Actions for ${label}`}
        />
      </Menu.Target>
      <Menu.Dropdown aria-label={`Actions for ${label}`}>
        <Menu.Label>{label}</Menu.Label>
        {one && (
          <Menu.Item leftSection={<ExternalLink size={14} aria-hidden />} onClick={() => onOpen(first)}>
            Open
          </Menu.Item>
        )}
        <Menu.Item
          leftSection={<Copy size={14} aria-hidden />}
          onClick={() => actions.copyEndpoints(tenants)}
        >
          {one ? 'Copy endpoint' : 'Copy endpoints'}
        </Menu.Item>
        <Menu.Divider />
        {!(one && first.suspended) && (
          <Menu.Item leftSection={<Pause size={14} aria-hidden />} onClick={start('suspend')}>
            Suspend
          </Menu.Item>
        )}
        {!(one && first.state === 'running') && (
          <Menu.Item leftSection={<Play size={14} aria-hidden />} onClick={start('resume')}>
            Resume
          </Menu.Item>
        )}
        <Menu.Item leftSection={<RotateCcw size={14} aria-hidden />} onClick={start('restart')}>
          Restart…
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<ShieldPlus size={14} aria-hidden />} onClick={start('allow')}>
          Allow addresses…
        </Menu.Item>
        <Menu.Item leftSection={<ShieldMinus size={14} aria-hidden />} onClick={start('revoke')}>
          Revoke addresses…
        </Menu.Item>
        <Menu.Item leftSection={<Tag size={14} aria-hidden />} onClick={start('tag')}>
          Add tags…
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          c="var(--mantine-color-error)"
          leftSection={<Trash2 size={14} aria-hidden />}
          onClick={start('delete')}
        >
          Delete…
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
