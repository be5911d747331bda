import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import type { HostStatus } from '../../../contract/panel.ts'
import { useClient } from '../../rpc/client-context.tsx'
import { FailureAlert, FailureNotice } from '../../ui/failure-alert.tsx'
import { useSubmit } from '../../ui/use-submit.ts'

/** Says of a host that it is not the server that it was, and asks whether it shall be; nothing of any other. */
export function ServerBanner({ host }: { readonly host: HostStatus }) {
  const [opened, setOpened] = useState(false)
  const { name, server } = host
  const close = () => setOpened(false)
  return (
    <>
      {server !== null && (
        <Alert color="red" role="alert" mb="sm" icon={<TriangleAlert size={16} aria-hidden />}>
          {server.sentence}{' '}
          {server.kind === 'twin' && 'Keep one of the two: remove the other from this panel.'}
          {server.kind === 'replaced' && (
            <Group gap="xs" mt="xs">
              <Button onClick={() => setOpened(true)}>Take this server…</Button>
            </Group>
          )}
        </Alert>
      )}
      <Modal opened={opened} onClose={close} title={`Take this server: ${name}`} size="lg">
        <TakeServer name={name} onDone={close} />
      </Modal>
    </>
  )
}

/** Shows what taking another server for a host means, then takes the one that was shown. */
function TakeServer({ name, onDone }: { readonly name: string; readonly onDone: () => void }) {
  const client = useClient()
  const { busy, failure, submit } = useSubmit()
  const meaning = useQuery({
    queryKey: ['host', 'trust', name],
    queryFn: () => client.host.trust({ name }),
    // What changes under the reader's eyes would be agreed to unread.
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
