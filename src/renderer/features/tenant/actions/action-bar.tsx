import { ActionIcon, Button, Menu, Tooltip } from '@mantine/core'
import { ChevronDown, ChevronUp, Ellipsis, Handshake } from 'lucide-react'
import type { Tenant, TenantState } from '../../../../contract/tenant.ts'
import { Survival } from '../../../ui/survival.tsx'
import type { Neighbours } from '../neighbours.ts'
import { unready } from '../unready.ts'
import styles from './action-bar.module.css'
import type { TenantAction } from './tenant-actions.ts'

interface ActionBarProps {
  readonly actions: readonly TenantAction[]
  readonly tenant: Tenant
  readonly neighbours: Neighbours | undefined
  readonly onHandOver: () => void
  readonly onGo: (id: string) => void
}

/** The actions on the tenant, each with its effect on the data, and the way to the tenants beside it. */
export function ActionBar({ actions, tenant, neighbours, onHandOver, onGo }: ActionBarProps) {
  const { state } = tenant
  const first = actions.filter(({ id }) => listButtons(tenant).includes(id))
  return (
    <>
      {neighbours !== undefined && neighbours.of > 1 && (
        <div className={styles.neighbours}>
          <Go to={neighbours.previous} what="Previous tenant" keys="[" onGo={onGo}>
            <ChevronUp size={15} aria-hidden />
          </Go>
          <Go to={neighbours.next} what="Next tenant" keys="]" onGo={onGo}>
            <ChevronDown size={15} aria-hidden />
          </Go>
          <span className={styles.place}>
            {neighbours.place.toLocaleString('en')} of {neighbours.of.toLocaleString('en')}
          </span>
        </div>
      )}
      {first.map((action) => {
        const { id, sentence, ready, run } = action
        return (
          // Suspend and Resume are one button, which keeps the focus as it becomes the other.
          <Tooltip key={id === 'resume' ? 'suspend' : id} label={sentence}>
            <Button
              variant={puttingRight(state) === id ? 'filled' : 'default'}
              onClick={ready ? run : undefined}
              {...unready(!ready)}
            >
              {renderTitle(action)}
            </Button>
          </Tooltip>
        )
      })}
      <Button variant="default" leftSection={<Handshake size={14} aria-hidden />} onClick={onHandOver}>
        Hand over…
      </Button>
      <Menu position="bottom-end" width={300}>
        <Menu.Target>
          <ActionIcon variant="default" size={30} aria-label="More actions">
            <Ellipsis size={15} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {actions.map((action) => (
            <Menu.Item key={action.id} onClick={action.run} disabled={!action.ready}>
              <div className={styles.item}>
                <span className={action.id === 'delete' ? styles.danger : undefined}>
                  {renderTitle(action)}
                </span>
                <Survival survival={action.survival} sentence={action.sentence} />
              </div>
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </>
  )
}

/** The action that a tenant that is not well is waiting for. */
const puttingRight = (state: TenantState): string | undefined =>
  state === 'suspended' ? 'resume' : state === 'stopped' || state === 'failed' ? 'restart' : undefined

/** `Resize…`: what opens a question first says so. */
const renderTitle = ({ title, asks }: TenantAction): string => (asks ? `${title}…` : title)

/**
 * The actions with a button of their own: frequent ones, and those that the state calls for. The rest is in the menu.
 */
function listButtons({ state, suspended }: Tenant): readonly string[] {
  switch (state) {
    case 'suspended':
      return ['resume', 'resize']
    case 'stopped':
    case 'failed':
      return ['restart', 'resize']
    case 'running':
    case 'creating':
    case 'deleting':
    case 'unknown':
      return [suspended ? 'resume' : 'suspend', 'resize']
  }
}

interface GoProps {
  readonly to: { readonly id: string; readonly name: string } | undefined
  readonly what: string
  readonly keys: string
  readonly onGo: (id: string) => void
  readonly children: React.ReactNode
}

function Go({ to, what, keys, onGo, children }: GoProps) {
  return (
    <Tooltip label={to === undefined ? `No ${what.toLowerCase()}` : `${to.name} (${keys})`}>
      <ActionIcon aria-label={what} disabled={to === undefined} onClick={() => to && onGo(to.id)}>
        {children}
      </ActionIcon>
    </Tooltip>
  )
}
