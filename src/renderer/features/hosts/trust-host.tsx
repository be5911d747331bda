import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import type { HostStatus } from '../../../contract/panel.ts'
import { useClient } from '../../rpc/client-context.tsx'
import { FailureNotice } from '../../ui/failure-alert.tsx'
import { useSubmit } from '../../ui/use-submit.ts'
import { readShownKey } from '../add-host/flow.ts'
import { KeyQuestion } from '../add-host/key-question.tsx'

/** For a server that was installed anew: shows the key it has now, and takes it once it was compared. */
export function TrustHost({ name, onDone }: { readonly name: string; readonly onDone: () => void }) {
  const client = useClient()
  const { busy, failure, submit } = useSubmit()
  const [accepted, setAccepted] = useState<readonly string[]>([])
  const [same, setSame] = useState(false)
  const trust = async (hostKeys: readonly string[]): Promise<void> => {
    setAccepted(hostKeys)
    const done = await submit(() => client.host.trust({ name, hostKeys: [...hostKeys] }))
    if (done === undefined) return
    // Nothing had to be asked.
    if (hostKeys.length === 0) setSame(true)
    else onDone()
  }
  const shown = failure === null ? undefined : readShownKey(failure)
  // A key that was accepted and is refused all the same, as known_hosts can do, is no question any more.
  if (shown !== undefined && !accepted.includes(shown.fingerprint)) {
    return (
      <KeyQuestion
        verb="trust it"
        inDialog
        shown={shown}
        onAccept={() => void trust([...accepted, shown.fingerprint])}
        onCancel={onDone}
      />
    )
  }
  if (same) {
    return (
      <Stack gap="sm">
        <Text role="status">{name} shows the key that is trusted already. Nothing was changed.</Text>
        <Group justify="flex-end">
          <Button onClick={onDone} data-autofocus>
            Close
          </Button>
        </Group>
      </Stack>
    )
  }
  return (
    <Stack gap="sm">
      <Text>
        Do this only when you know why the key changed, for example because the server was installed anew. A
        key that changes by itself can mean that somebody stands between.
      </Text>
      {failure !== null && <FailureNotice failure={failure} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onDone}>
          Cancel
        </Button>
        <Button loading={busy} onClick={() => void trust([])}>
          Show its key
        </Button>
      </Group>
    </Stack>
  )
}

/** For a host that is not reached because its key is another one: leads to the question, which shows both. */
export function TrustButton({ host }: { readonly host: HostStatus }) {
  const [opened, setOpened] = useState(false)
  const close = () => setOpened(false)
  const { name, connection, problem } = host
  if (!opened && (connection !== 'unreachable' || problem !== 'HOST_KEY_CHANGED')) return null
  return (
    <>
      <Button variant="default" onClick={() => setOpened(true)}>
        Compare the keys…
      </Button>
      <Modal opened={opened} onClose={close} title={`Trust another key: ${name}`} size="lg">
        <TrustHost name={name} onDone={close} />
      </Modal>
    </>
  )
}
