import { Button } from '@mantine/core'
import { useState } from 'react'
import { useStore } from '../../../rpc/store.ts'
import { useDesk } from '../desk.tsx'
import styles from '../tenants.module.css'
import { BulkResults } from './bulk-results.tsx'
import { type BulkState, describeEnd, noBulk } from './bulk-state.ts'

const whole = (state: BulkState): BulkState => state

/** How a change of several tenants ended, above the bar until it is put away: the bar is needed for what comes next. */
export function BulkOutcome() {
  const { bulk } = useDesk()
  const state = useStore(bulk, whole)
  const [reading, setReading] = useState(false)
  if (state.kind !== 'over') return null
  const { results, leftOut, back } = state
  const failed = results.some(({ kind }) => kind === 'failed')
  const text = describeEnd(state)
  return (
    <div className={styles.bar}>
      <span className={styles.outcome} data-failed={failed} title={text}>
        {text}
      </span>
      <Button variant="default" onClick={() => setReading(true)}>
        {results.length + leftOut.length === 1 ? 'Details' : 'Each of them'}
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
