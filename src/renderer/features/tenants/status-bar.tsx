import { Button } from '@mantine/core'
import { Copy, Pause, Play, RotateCcw, ShieldMinus, ShieldPlus, Tag, Trash2, X } from 'lucide-react'
import type { Tenant } from '../../../contract/tenant.ts'
import { listTroubles } from '../../rpc/host-trouble.ts'
import { useLive } from '../../rpc/live-context.tsx'
import { useStore } from '../../rpc/store.ts'
import { BulkOutcome } from './bulk/bulk-outcome.tsx'
import { BulkAnnouncement, BulkProgress } from './bulk/bulk-progress.tsx'
import type { BulkState } from './bulk/bulk-state.ts'
import { changeView, useDesk } from './desk.tsx'
import { nothingSelected } from './selection.ts'
import styles from './tenants.module.css'
import { describeSelection, type Totals } from './totals.ts'
import type { TenantActions } from './use-actions-of-tenants.ts'

interface StatusBarProps {
  readonly totals: Totals
  readonly selected: readonly Tenant[]
  /** How many of the selected the search hides. */
  readonly hidden: number
  readonly actions: TenantActions
}

const isRunning = ({ kind }: BulkState): boolean => kind === 'running'

/**
 * Below the table, always of the same height: what there is, what can be done with what is selected, or what is going on;
 * above it, until it is put away, how what was done with several ended.
 */
export function StatusBar(props: StatusBarProps) {
  return (
    <>
      <BulkAnnouncement />
      <BulkOutcome />
      <Bar {...props} />
    </>
  )
}

function Bar({ totals, selected, hidden, actions }: StatusBarProps) {
  const desk = useDesk()
  if (useStore(desk.bulk, isRunning)) return <BulkProgress />
  if (selected.length === 0) return <Facts totals={totals} />
  const start = (kind: Parameters<TenantActions['start']>[0]) => () => actions.start(kind, selected)
  return (
    <div className={styles.bar} role="toolbar" aria-label="With what is selected">
      <strong aria-live="polite" title={hidden > 0 ? 'The search hides some of what is selected' : undefined}>
        {describeSelection(selected.length, hidden)}
      </strong>
      <Button variant="default" leftSection={<Pause size={14} aria-hidden />} onClick={start('suspend')}>
        Suspend
      </Button>
      <Button variant="default" leftSection={<Play size={14} aria-hidden />} onClick={start('resume')}>
        Resume
      </Button>
      <Button variant="default" leftSection={<RotateCcw size={14} aria-hidden />} onClick={start('restart')}>
        Restart…
      </Button>
      <Button variant="default" leftSection={<ShieldPlus size={14} aria-hidden />} onClick={start('allow')}>
        Allow…
      </Button>
      <Button variant="default" leftSection={<ShieldMinus size={14} aria-hidden />} onClick={start('revoke')}>
        Revoke…
      </Button>
      <Button variant="default" leftSection={<Tag size={14} aria-hidden />} onClick={start('tag')}>
        Tags…
      </Button>
      <Button
        variant="default"
        leftSection={<Copy size={14} aria-hidden />}
        aria-label="Copy the endpoints"
        title="Copy the endpoints"
        onClick={() => actions.copyEndpoints(selected)}
      >
        Copy
      </Button>
      <Button
        variant="default"
        c="var(--mantine-color-error)"
        leftSection={<Trash2 size={14} aria-hidden />}
        onClick={start('delete')}
      >
        Delete…
      </Button>
      <Button
        variant="subtle"
        color="gray"
        leftSection={<X size={14} aria-hidden />}
        onClick={() => changeView(desk, { selection: nothingSelected })}
      >
        Clear
      </Button>
    </div>
  )
}

function Facts({ totals }: { readonly totals: Totals }) {
  const { states, anyone, pending, alarms, others, memory } = totals
  const troubles = useLive(listTroubles)
  return (
    <div className={styles.bar}>
      <div className={styles.facts}>
        {/* First, because a narrow window shows no more than the beginning. */}
        {[pending, ...alarms, anyone, troubles]
          .filter((each) => each !== '')
          .map((each) => (
            <span key={each} className={styles.loud}>
              {each}
            </span>
          ))}
        {[...states, ...others].map((each) => (
          <span key={each}>{each}</span>
        ))}
        {memory !== '' && <span>{memory}</span>}
      </div>
    </div>
  )
}
