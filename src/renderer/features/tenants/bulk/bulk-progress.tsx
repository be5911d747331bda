import { Button, Progress, VisuallyHidden } from '@mantine/core'
import { useState } from 'react'
import { useStore } from '../../../rpc/store.ts'
import { useDesk } from '../desk.tsx'
import styles from '../tenants.module.css'
import { BulkResults } from './bulk-results.tsx'
import { announceBulk, type BulkState, describeResults, noBulk } from './bulk-state.ts'

const whole = (state: BulkState): BulkState => state

/** How far a change of several tenants is, then how it ended. */
export function BulkProgress() {
  const { bulk } = useDesk()
  const state = useStore(bulk, whole)
  const [reading, setReading] = useState(false)
  switch (state.kind) {
    case 'none':
      return null
    case 'running': {
      const { words, total, done, failed, stopping, stop } = state
      const ended = done + failed
      return (
        // Another element than the next one, or the focus would go from Stop to what undoes it.
        <div key="running" className={styles.bar}>
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
    case 'over': {
      const { words, results, leftOut, back } = state
      const failed = results.some(({ kind }) => kind === 'failed')
      return (
        <div key="over" className={styles.bar}>
          <span className={failed ? styles.loud : undefined}>
            {describeResults(words.did, results, leftOut.length)}
          </span>
          <Button variant="default" onClick={() => setReading(true)}>
            Each of them
          </Button>
          {back !== undefined && (
            <Button variant="default" onClick={back.run}>
              {back.label}
            </Button>
          )}
          <Button variant="subtle" color="gray" onClick={() => bulk.set(noBulk)}>
            Put away
          </Button>
          <BulkResults opened={reading} state={state} onClose={() => setReading(false)} />
        </div>
      )
    }
  }
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
