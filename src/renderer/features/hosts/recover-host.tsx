import { Button, Group, List, ScrollArea, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Host, RecoverAs } from '../../../contract/host.ts'
import { useClient } from '../../rpc/client-context.tsx'
import { useQueries } from '../../rpc/use-queries.ts'
import { useWork } from '../../rpc/use-work.ts'
import { FailureAlert } from '../../ui/failure-alert.tsx'
import { Steps } from '../../ui/steps.tsx'

interface RecoverHostProps {
  readonly name: string
  readonly as: RecoverAs
  readonly onDone: () => void
}

/** Shows what settling a host that was put back would do, then does exactly that. */
export function RecoverHost({ name, as, onDone }: RecoverHostProps) {
  const client = useClient()
  const { work, start } = useWork<Host>()
  const plan = useQuery({
    ...useQueries().host.planRecover.queryOptions({ input: { name, as } }),
    // A plan that changes under the reader's eyes would be agreed to unread.
    refetchOnWindowFocus: false,
    gcTime: 0,
  })
  if (plan.isPending) return <Text className="quiet">Looking at {name} and planning.</Text>
  if (plan.isError) return <FailureAlert error={plan.error} onRetry={() => void plan.refetch()} />
  const { steps, fingerprint } = plan.data
  const recover = async (): Promise<void> => {
    const input = { name, as, fingerprint, confirmed: true }
    const host = await start((signal) => client.host.recover(input, { signal }))
    if (host !== undefined) onDone()
  }
  if (work.kind === 'running') return <Steps steps={work.steps} />
  return (
    <Stack gap="sm">
      {steps.length === 0 ? (
        <Text>Nothing waits for an answer any more.</Text>
      ) : (
        // However many there are, the buttons below stay in view.
        <ScrollArea.Autosize
          mah="50vh"
          type="auto"
          viewportProps={{ tabIndex: 0, role: 'group', 'aria-label': 'What would be done' }}
        >
          <List type="ordered" size="sm" spacing={4} pl="xl">
            {steps.map(({ sentence }) => (
              <List.Item key={sentence}>{sentence}</List.Item>
            ))}
          </List>
        </ScrollArea.Autosize>
      )}
      {work.kind === 'failed' && (
        <>
          <Steps steps={work.steps} />
          <FailureAlert error={work.error} onRetry={() => void plan.refetch()} />
        </>
      )}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onDone}>
          {steps.length === 0 ? 'Close' : 'Cancel'}
        </Button>
        {steps.length > 0 && (
          <Button color="red" onClick={() => void recover()}>
            Do all of this
          </Button>
        )}
      </Group>
    </Stack>
  )
}
