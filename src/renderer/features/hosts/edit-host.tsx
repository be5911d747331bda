import { Button, Group, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { HostStatus } from '../../../contract/panel.ts'
import { useClient } from '../../rpc/client-context.tsx'
import { FailureNotice } from '../../ui/failure-alert.tsx'
import { useSubmit } from '../../ui/use-submit.ts'
import { parseSshFields, type SshFieldProblems } from '../add-host/ssh-target.ts'
import { renderTarget } from './describe-host.ts'

/** Name, address and public address. What is reached there must be the same server: its key has to fit. */
export function EditHost({ host, onDone }: { readonly host: HostStatus; readonly onDone: () => void }) {
  const client = useClient()
  const { busy, failure, submit } = useSubmit()
  const { target } = host
  const isSsh = target.kind === 'ssh'
  const [name, setName] = useState(host.name)
  const [address, setAddress] = useState(renderTarget(target))
  const [identityFile, setIdentityFile] = useState(isSsh ? (target.identityFile ?? '') : '')
  const [publicAddress, setPublicAddress] = useState(host.publicAddress ?? '')
  const [problems, setProblems] = useState<SshFieldProblems>({})
  const save = async (): Promise<void> => {
    const parsed = isSsh
      ? parseSshFields({ name, address, user: '', port: '', identityFile })
      : ({ kind: 'ok', name, target: { kind: 'socket', path: address.trim() } } as const)
    if (parsed.kind === 'bad') return setProblems(parsed.problems)
    setProblems({})
    const changed = JSON.stringify(parsed.target) !== JSON.stringify(target)
    const done = await submit(() =>
      client.host.edit({
        name: host.name,
        ...(name.trim() === host.name ? {} : { newName: name.trim() }),
        ...(changed ? { target: parsed.target } : {}),
        publicAddress: publicAddress.trim() === '' ? null : publicAddress.trim(),
      }),
    )
    if (done !== undefined) onDone()
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <Stack gap="sm">
        <TextInput
          label="Name"
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
          data-autofocus
        />
        <TextInput
          label={isSsh ? 'Address' : 'Docker socket'}
          value={address}
          error={problems.address ?? problems.port}
          onChange={({ currentTarget }) => setAddress(currentTarget.value)}
        />
        {isSsh && (
          <TextInput
            label="Key file"
            placeholder="agent and the usual keys"
            value={identityFile}
            onChange={({ currentTarget }) => setIdentityFile(currentTarget.value)}
          />
        )}
        <TextInput
          label="Public address"
          description="An address or a DNS name that tenants connect to, where it is not the one that is observed"
          placeholder="as observed"
          value={publicAddress}
          onChange={({ currentTarget }) => setPublicAddress(currentTarget.value)}
        />
        {failure !== null && <FailureNotice failure={failure} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button type="submit" loading={busy}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
