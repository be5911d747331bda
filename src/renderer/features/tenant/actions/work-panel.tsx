import { CloseButton, Group, Loader, Paper, Text } from '@mantine/core'
import { Check } from 'lucide-react'
import { useEffect } from 'react'
import type { Operation } from '../../../../contract/activity.ts'
import type { Tenant } from '../../../../contract/tenant.ts'
import { CancelOperation } from '../../../ui/cancel-operation.tsx'
import { Steps } from '../../../ui/steps.tsx'
import { FailureToPutAway } from '../failure-to-put-away.tsx'
import { nameOperation } from '../tabs/name-operation.ts'
import { usePutAwayInForce } from '../use-put-away-in-force.ts'
import { CloseIdle } from './close-idle.tsx'
import type { TenantWork } from './use-tenant-work.ts'
import styles from './work-panel.module.css'

/** How long a good end stays in view, in milliseconds. */
const doneFor = 8_000

interface WorkPanelProps {
  readonly tenant: Pick<Tenant, 'pending'>
  readonly own: TenantWork
  /** The operations that run on this tenant now, begun here or elsewhere. */
  readonly running: readonly Operation[]
  /** Closes a connection of a client, which is written as an address with its port, and tries again. */
  readonly onCloseIdle: (client: string) => void
}

/** The work on this tenant, step by step: the one begun here, or else one from elsewhere. */
export function WorkPanel({ tenant, own, running, onCloseIdle }: WorkPanelProps) {
  const { work, command, loses, putAway } = own
  usePutAwayInForce(work.kind === 'failed' ? work.error : undefined, tenant, putAway)
  const items = work.kind === 'done' ? describeItems(work.result) : ''
  // A proof stays until it was read; that something went well need not.
  useEffect(() => {
    if (work.kind !== 'done' || items !== '') return
    const timer = setTimeout(putAway, doneFor)
    return () => clearTimeout(timer)
  }, [work.kind, items, putAway])
  const stoppable = running.find(({ cancellable, stopping }) => cancellable || stopping)
  if (work.kind === 'running') {
    return (
      <Shell title={command?.doing ?? ''} cancel={stoppable && <CancelOperation operation={stoppable} />}>
        {work.steps.length > 0 && <Steps steps={work.steps} />}
      </Shell>
    )
  }
  if (work.kind === 'failed' && loses === undefined) {
    return (
      <div className={styles.place}>
        <FailureToPutAway
          error={work.error}
          onRetry={own.retry}
          offer={own.idle && <CloseIdle idle={own.idle} onClose={onCloseIdle} />}
          onPutAway={putAway}
        />
        {work.steps.length > 0 && (
          <Paper className={styles.box}>
            <Steps steps={work.steps} />
          </Paper>
        )}
      </div>
    )
  }
  if (work.kind === 'done' && running.length === 0) {
    return (
      <div className={styles.place}>
        <Paper className={styles.done} role="status">
          <Check size={15} aria-hidden />
          <Text size="sm">
            {command?.done} {items}
          </Text>
          <CloseButton size="sm" aria-label="Put away" onClick={putAway} ml="auto" />
        </Paper>
      </div>
    )
  }
  return running.map((operation) => (
    <Shell
      key={operation.id}
      title={nameOperation(operation.kind).doing}
      by={operation.actor}
      cancel={<CancelOperation operation={operation} />}
    >
      {operation.steps.length > 0 && <Steps steps={operation.steps} />}
    </Shell>
  ))
}

interface ShellProps {
  readonly title: string
  readonly by?: string
  readonly cancel: React.ReactNode
  readonly children: React.ReactNode
}

function Shell({ title, by, cancel, children }: ShellProps) {
  return (
    <div className={styles.place}>
      <Paper className={styles.box} aria-busy>
        <Group justify="space-between" wrap="nowrap">
          <Group gap="xs" wrap="nowrap">
            {/* Steps show by themselves which of them is under way. */}
            {!children && <Loader size={14} aria-hidden />}
            <Text size="sm" fw={600} role="status">
              {title}…
            </Text>
            {by !== undefined && (
              <Text size="xs" className="quiet">
                by {by}
              </Text>
            )}
          </Group>
          {cancel}
        </Group>
        {children}
      </Paper>
    </div>
  )
}

/** `Items before: 1,200, after: 1,150.` after a resize that counted them; else nothing. */
function describeItems(result: object): string {
  const { itemsBefore: before, itemsAfter: after } = result as { itemsBefore?: unknown; itemsAfter?: unknown }
  if (typeof before !== 'number' || typeof after !== 'number') return ''
  return `Items before: ${before.toLocaleString('en')}, after: ${after.toLocaleString('en')}.`
}
