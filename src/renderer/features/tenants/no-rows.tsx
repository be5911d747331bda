import { Button, Code, Group, Kbd } from '@mantine/core'
import { useOs } from '@mantine/hooks'
import { useLocation } from 'wouter'
import { useLive } from '../../rpc/live-context.tsx'
import type { LiveState } from '../../rpc/live-state.ts'
import { useStore } from '../../rpc/store.ts'
import { Empty } from '../../ui/empty.tsx'
import { changeView, type TableView, useDesk } from './desk.tsx'
import styles from './tenants.module.css'

const isLoaded = ({ loaded }: LiveState): boolean => loaded
const selectText = ({ text }: TableView): string => text

/** Instead of rows: nothing has arrived yet, there is nothing, or the search hides all. */
export function NoRows({ none }: { readonly none: boolean }) {
  const desk = useDesk()
  const loaded = useLive(isLoaded)
  const text = useStore(desk.view, selectText)
  const [, navigate] = useLocation()
  const os = useOs()
  if (none && !loaded) return <div className={styles.empty} role="status" aria-label="Reading the tenants" />
  return (
    <div className={styles.empty}>
      {none ? (
        <Empty
          title="No tenants yet"
          action={
            <Group gap="xs">
              <Button onClick={() => navigate('/tenants?new')}>New tenant</Button>
              <Kbd size="xs">{os === 'macos' ? '⌘ ⌥ N' : 'Ctrl Alt N'}</Kbd>
            </Group>
          }
        >
          A tenant is a customer’s own memcached: a container, a port, a memory limit, and the addresses that
          may connect. A name is enough to make one.
        </Empty>
      ) : (
        <Empty
          title="No tenant is found"
          action={
            <Button variant="default" onClick={() => changeView(desk, { text: '' })}>
              Clear the search
            </Button>
          }
        >
          The search <Code>{text}</Code> hides all of them.
        </Empty>
      )}
    </div>
  )
}
