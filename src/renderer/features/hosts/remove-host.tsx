import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useLocation } from 'wouter'
import type { HostStatus } from '../../../contract/panel.ts'
import { useClient } from '../../rpc/client-context.tsx'
import { FailureNotice } from '../../ui/failure-alert.tsx'
import { useSubmit } from '../../ui/use-submit.ts'

/** Takes a host out of this panel. Nothing changes on the server; its tenants keep running there. */
export function RemoveHost({ host, onDone }: { readonly host: HostStatus; readonly onDone: () => void }) {
  const client = useClient()
  const [, navigate] = useLocation()
  const { busy, failure, submit } = useSubmit()
  const { name, tenants, server } = host
  const [typed, setTyped] = useState('')
  const forget = tenants > 0
  // Somebody whose access was taken away may still get in there: said once, and then it is the operator's choice.
  const isAsked = failure?.code === 'CONFIRMATION_NEEDED'
  const remove = async (): Promise<void> => {
    const done = await submit(() => client.host.remove({ name, forget, confirmed: isAsked }))
    if (done === undefined) return
    onDone()
    navigate('/hosts')
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void remove()
      }}
    >
      <Stack gap="sm">
        {server !== null ? (
          <Text>
            Nothing changes on the server
            {server.kind === 'twin' && `, and ${server.other} stays here as it is`}.{' '}
            {forget &&
              `This panel forgets ${tenants === 1 ? 'its tenant' : `its ${tenants} tenants`}. Adding the host again brings back only what the server there has now.`}
          </Text>
        ) : forget ? (
          <Text>
            {tenants === 1 ? 'Its tenant keeps' : `Its ${tenants} tenants keep`} running, with the same
            addresses allowed, but this panel forgets {tenants === 1 ? 'it' : 'them'}. Adding the host again
            brings everything back, because the server remembers.
          </Text>
        ) : (
          <Text>
            The server keeps what was prepared on it. To take that away too, choose “Take everything away”
            first.
          </Text>
        )}
        {forget && (
          <TextInput
            label={`Type ${name} to confirm`}
            value={typed}
            onChange={({ currentTarget }) => setTyped(currentTarget.value)}
            autoComplete="off"
            data-autofocus
          />
        )}
        {failure !== null && <FailureNotice failure={isAsked ? { ...failure, advice: '' } : failure} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button type="submit" color="red" loading={busy} disabled={forget && typed !== name}>
            {isAsked ? 'Forget it all the same' : forget ? 'Forget this host' : 'Remove'}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
