import { Button, CloseButton, Group, Loader, Paper, Stack, Text } from '@mantine/core'
import { Check } from 'lucide-react'
import type { Operation } from '../../../../contract/activity.ts'
import { useClient } from '../../../rpc/client-context.tsx'
import { FailureAlert } from '../../../ui/failure-alert.tsx'
import { Steps } from '../../../ui/steps.tsx'
import { nameOperation } from '../tabs/name-operation.ts'
import type { TenantWork } from './use-tenant-work.ts'
import styles from './work-panel.module.css'

interface WorkPanelProps {
  readonly own: TenantWork
  /** What runs on this tenant now, whoever began it. */
  readonly running: readonly Operation[]
}

/** What is being done with this tenant, step by step: what was begun here, or else from elsewhere. */
export function WorkPanel({ own, running }: WorkPanelProps) {
  const { work, command, loses, putAway } = own
  const client = useClient()
  const stoppable = running.find(({ cancellable }) => cancellable)
  const stop = (id: string): void => void client.activity.cancel({ id }).catch(() => undefined)
  if (work.kind === 'running') {
    return (
      <Shell
        title={command?.doing ?? ''}
        onCancel={stoppable === undefined ? undefined : () => stop(stoppable.id)}
      >
        {work.steps.length > 0 && <Steps steps={work.steps} />}
      </Shell>
    )
  }
  if (work.kind === 'failed' && loses === undefined) {
    return (
      <Stack gap="xs" mb="md">
        <FailureAlert error={work.error} onRetry={own.retry} />
        {work.steps.length > 0 && <Steps steps={work.steps} />}
        <Button variant="subtle" color="gray" onClick={putAway} style={{ alignSelf: 'start' }}>
          Put away
        </Button>
      </Stack>
    )
  }
  if (work.kind === 'done' && running.length === 0) {
    return (
      <Paper className={styles.done} role="status">
        <Check size={15} aria-hidden />
        <Text size="sm">
          {command?.done} {describeItems(work.result)}
        </Text>
        <CloseButton size="sm" aria-label="Put away" onClick={putAway} ml="auto" />
      </Paper>
    )
  }
  return running.map(({ id, kind, actor, steps, cancellable }) => (
    <Shell
      key={id}
      title={nameOperation(kind).doing}
      by={actor}
      onCancel={cancellable ? () => stop(id) : undefined}
    >
      {steps.length > 0 && <Steps steps={steps} />}
    </Shell>
  ))
}

interface ShellProps {
  readonly title: string
  readonly by?: string
  readonly onCancel: (() => void) | undefined
  readonly children: React.ReactNode
}

function Shell({ title, by, onCancel, children }: ShellProps) {
  return (
    <Paper className={styles.running} aria-busy>
      <Group justify="space-between" wrap="nowrap">
        <Group gap="xs" wrap="nowrap">
          <Loader size={14} aria-hidden />
          <Text size="sm" fw={600} role="status">
            {title}…
          </Text>
          {by !== undefined && (
            <Text size="xs" className="quiet">
              by {by}
            </Text>
          )}
        </Group>
        {onCancel !== undefined && (
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
        )}
      </Group>
      {children}
    </Paper>
  )
}

/** `Items before: 1,200, after: 1,150.` after a resize that counted them; else nothing. */
function describeItems(result: object): string {
  const { itemsBefore: before, itemsAfter: after } = result as { itemsBefore?: unknown; itemsAfter?: unknown }
  if (typeof before !== 'number' || typeof after !== 'number') return ''
  return `Items before: ${before.toLocaleString('en')}, after: ${after.toLocaleString('en')}.`
}
