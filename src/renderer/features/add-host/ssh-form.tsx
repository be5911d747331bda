import { Button, Collapse, Group, Stack, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { ChevronDown, ChevronRight } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import type { HostOffers, HostTarget } from '../../../contract/host.ts'
import { ConfiguredHosts } from './configured-hosts.tsx'
import { emptySshFields, parseSshFields, type SshFieldProblems, type SshFields } from './ssh-target.ts'

interface SshFormProps {
  readonly configured: HostOffers['configured']
  readonly onSubmit: (name: string, target: HostTarget) => void
}

/** A server over SSH: an address is enough, because the SSH configuration and the agent know the rest. */
export function SshForm({ configured, onSubmit }: SshFormProps) {
  const [fields, setFields] = useState(emptySshFields)
  const [problems, setProblems] = useState<SshFieldProblems>({})
  const [more, { toggle }] = useDisclosure(false)
  const field = (name: keyof SshFields) => ({
    value: fields[name],
    error: problems[name],
    onChange: (event: FormEvent<HTMLInputElement>) => {
      const { value } = event.currentTarget
      setFields((before) => ({ ...before, [name]: value }))
      setProblems((before) => ({ ...before, [name]: undefined }))
    },
    autoComplete: 'off',
    spellCheck: false,
  })
  const submit = (wanted: SshFields): void => {
    const parsed = parseSshFields(wanted)
    if (parsed.kind === 'bad') setProblems(parsed.problems)
    else onSubmit(parsed.name, parsed.target)
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        submit(fields)
      }}
    >
      <Stack gap="sm">
        <ConfiguredHosts
          configured={configured}
          onChoose={(alias) => submit({ ...emptySshFields, name: fields.name, address: alias })}
        />
        <TextInput
          label="Address"
          placeholder="deploy@203.0.113.10"
          description="An address, a DNS name, or a name of your SSH configuration"
          {...field('address')}
        />
        <Collapse expanded={more}>
          <Stack gap="sm">
            <Group grow align="start">
              <TextInput label="User" placeholder="as SSH decides" {...field('user')} />
              <TextInput label="Port" placeholder="22" inputMode="numeric" {...field('port')} />
            </Group>
            <TextInput
              label="Key file"
              placeholder="agent and the usual keys"
              description="A private key on this computer"
              {...field('identityFile')}
            />
            <TextInput label="Name in this panel" placeholder="the address" {...field('name')} />
          </Stack>
        </Collapse>
        <Group justify="space-between">
          <Button
            variant="subtle"
            color="gray"
            px={6}
            ml={-6}
            leftSection={
              more ? <ChevronDown size={14} aria-hidden /> : <ChevronRight size={14} aria-hidden />
            }
            onClick={toggle}
            aria-expanded={more}
          >
            User, port, key, name
          </Button>
          <Button type="submit">Connect</Button>
        </Group>
      </Stack>
    </form>
  )
}
