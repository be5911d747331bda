import { Button, Group, Stack, Text } from '@mantine/core'
import { Link } from 'wouter'
import type { HostStatus } from '../../../contract/panel.ts'
import { PrepareHost } from './prepare-host.tsx'

/** Takes away what preparing made on a server; refused while a tenant is there, which is said before. */
export function UndoHost({ host, onDone }: { readonly host: HostStatus; readonly onDone: () => void }) {
  const { name, tenants } = host
  if (tenants === 0) return <PrepareHost name={name} undo onDone={onDone} />
  return (
    <Stack gap="sm">
      <Text>
        {tenants === 1 ? 'A tenant is' : `${tenants.toLocaleString('en')} tenants are`} on {name}, and{' '}
        {tenants === 1 ? 'it needs' : 'they need'} what was prepared there. Delete{' '}
        {tenants === 1 ? 'it' : 'them'} first.
      </Text>
      <Group justify="flex-end" gap="xs">
        <Button component={Link} href={`/tenants?host=${encodeURIComponent(name)}`} variant="default">
          {tenants === 1 ? 'See the tenant' : 'See the tenants'}
        </Button>
        <Button onClick={onDone} data-autofocus>
          Close
        </Button>
      </Group>
    </Stack>
  )
}
