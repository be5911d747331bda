import { Button, Group, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useClient } from '../../rpc/client-context.tsx'
import { FailureNotice } from '../../ui/failure-alert.tsx'
import { useSubmit } from '../../ui/use-submit.ts'
import { KeyQuestion } from '../add-host/key-question.tsx'

/** For a server that was installed anew: shows the key it has now, and takes it once it was compared. */
export function TrustHost({ name, onDone }: { readonly name: string; readonly onDone: () => void }) {
  const client = useClient()
  const { busy, failure, submit } = useSubmit()
  const [accepted, setAccepted] = useState<readonly string[]>([])
  const trust = async (hostKeys: readonly string[]): Promise<void> => {
    setAccepted(hostKeys)
    const done = await submit(() => client.host.trust({ name, hostKeys: [...hostKeys] }))
    if (done !== undefined) onDone()
  }
  const { code, details } = failure ?? { code: null, details: {} }
  if (code === 'HOST_KEY_UNKNOWN' || code === 'HOST_KEY_CHANGED') {
    const text = (key: string): string => String(details[key] ?? '')
    const shown = { address: text('address'), keyType: text('keyType'), fingerprint: text('fingerprint') }
    return (
      <KeyQuestion
        sentence={`${shown.address} shows this ${shown.keyType} key now:`}
        verb="trust it"
        inDialog
        shown={shown}
        onAccept={() => void trust([...accepted, shown.fingerprint])}
        onCancel={onDone}
      />
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
