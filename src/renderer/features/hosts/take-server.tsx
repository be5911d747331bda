import { Button, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useClient } from '../../rpc/client-context.tsx'
import { FailureAlert, FailureNotice } from '../../ui/failure-alert.tsx'
import { useSubmit } from '../../ui/use-submit.ts'

/** Shows what taking another server for a host means, then takes the one that was shown. */
export function TakeServer({ name, onDone }: { readonly name: string; readonly onDone: () => void }) {
  const client = useClient()
  const { busy, failure, submit } = useSubmit()
  const meaning = useQuery({
    queryKey: ['host', 'trust', name],
    queryFn: () => client.host.trust({ name }),
    // An answer that changes under the reader's eyes would be agreed to unread.
    refetchOnWindowFocus: false,
    gcTime: 0,
  })
  if (meaning.isPending) return <Text className="quiet">Looking at {name}.</Text>
  if (meaning.isError) return <FailureAlert error={meaning.error} onRetry={() => void meaning.refetch()} />
  const { replaced } = meaning.data
  const take = async (registryId: string): Promise<void> => {
    const done = await submit(() => client.host.trust({ name, registryId }))
    if (done !== undefined) onDone()
  }
  return (
    <Stack gap="sm">
      <Text>{replaced === null ? `${name} is the server that it was.` : replaced.sentence}</Text>
      {/* Its advice names the command that settles what differs; here a banner offers that. */}
      {replaced !== null && replaced.advice !== '' && (
        <Text>Where the two differ, the screen of {name} asks afterwards whose state counts.</Text>
      )}
      {failure !== null && <FailureNotice failure={failure} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onDone}>
          {replaced === null ? 'Close' : 'Cancel'}
        </Button>
        {replaced !== null && (
          <Button color="red" loading={busy} onClick={() => void take(replaced.registryId)}>
            Take this server
          </Button>
        )}
      </Group>
    </Stack>
  )
}
