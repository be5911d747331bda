import { ActionIcon, Button, Menu, Tooltip } from '@mantine/core'
import { ChevronDown, ChevronUp, Ellipsis, Handshake } from 'lucide-react'
import { dataSurvivalSentences } from '../../../../contract/data-survival.ts'
import { Survival } from '../../../ui/survival.tsx'
import type { Neighbours } from '../neighbours.ts'
import styles from './action-bar.module.css'
import type { TenantAction } from './tenant-actions.ts'

/** What is done often has a button of its own; the rest is in the menu. */
const buttons = ['suspend', 'resume', 'resize']

interface ActionBarProps {
  readonly actions: readonly TenantAction[]
  /** A resume is what a suspended tenant waits for. */
  readonly suspended: boolean
  readonly neighbours: Neighbours | undefined
  readonly onHandOver: () => void
  readonly onGo: (id: string) => void
}

/** What can be done with the tenant, each with what becomes of the data, and the way to the tenants beside it. */
export function ActionBar({ actions, suspended, neighbours, onHandOver, onGo }: ActionBarProps) {
  const first = actions.filter(({ id }) => buttons.includes(id))
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
      {first.map(({ id, title, survival, run }) => (
        <Tooltip
          key={id}
          label={survival && dataSurvivalSentences[survival]}
          disabled={survival === undefined || id === 'resize'}
        >
          <Button variant={suspended && id === 'resume' ? 'filled' : 'default'} onClick={run}>
            {id === 'resize' ? 'Resize…' : title}
          </Button>
        </Tooltip>
      ))}
      <Button variant="default" leftSection={<Handshake size={14} aria-hidden />} onClick={onHandOver}>
        Hand over…
      </Button>
      <Menu position="bottom-end" width={300}>
        <Menu.Target>
          <ActionIcon variant="default" size={30} aria-label="More actions" disabled={actions.length === 0}>
            <Ellipsis size={15} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {actions.map(({ id, title, survival, run }) => (
            <Menu.Item key={id} onClick={run} color={id === 'delete' ? 'red' : undefined}>
              <div className={styles.item}>
                <span>{title}</span>
                {survival !== undefined && <Survival survival={survival} />}
              </div>
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </>
  )
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
