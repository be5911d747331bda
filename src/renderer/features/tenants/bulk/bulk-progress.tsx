import { Button, Progress, VisuallyHidden } from '@mantine/core'
import { useStore } from '../../../rpc/store.ts'
import { useDesk } from '../desk.tsx'
import styles from '../tenants.module.css'
import { announceBulk, type BulkState } from './bulk-state.ts'

const whole = (state: BulkState): BulkState => state

/** How far a change of several tenants is. */
export function BulkProgress() {
  const { bulk } = useDesk()
  const state = useStore(bulk, whole)
  if (state.kind !== 'running') return null
  const { words, total, done, failed, stopping, stop } = state
  const ended = done + failed
  return (
    <div className={styles.bar}>
      <Progress
        className={styles.progress}
        value={(100 * ended) / Math.max(1, total)}
        aria-label={words.doing}
      />
      <span>
        {stopping ? 'Stopping: what is under way ends first. ' : `${words.doing}: `}
        {ended.toLocaleString('en')} of {total.toLocaleString('en')}
        {failed > 0 && `, ${failed.toLocaleString('en')} failed`}
      </span>
      <Button variant="default" onClick={stop} disabled={stopping}>
        Stop
      </Button>
    </div>
  )
}

/** The same for screen readers. It is there before there is something to say, because else the beginning is not said. */
export function BulkAnnouncement() {
  const { bulk } = useDesk()
  const text = useStore(bulk, announceBulk)
  return (
    <VisuallyHidden component="span" role="status">
      {text}
    </VisuallyHidden>
  )
}
