import { Alert, Button, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { useCallback, useState } from 'react'
import { Link } from 'wouter'
import type { HostStatus } from '../../../contract/panel.ts'
import { useLive } from '../../rpc/live-context.tsx'
import type { LiveState } from '../../rpc/live-state.ts'
import { Empty } from '../../ui/empty.tsx'
import { Screen } from '../../ui/screen.tsx'
import { CheckList } from './check-list.tsx'
import { renderCheckBasis } from './describe-host.ts'
import { PrepareHost } from './prepare-host.tsx'
import { useCheck } from './use-check.ts'

/** A host that was just added: what is there, what would be done, and then the first tenant. */
export function SetUpScreen({ id }: { readonly id: string }) {
  const host = useLive(useCallback(({ hosts }: LiveState) => hosts.find((each) => each.id === id), [id]))
  const loaded = useLive(isLoaded)
  if (host === undefined) {
    return (
      <Screen title="Set up a host">
        {loaded ? <Empty title="This host is not here any more" /> : <Text className="quiet">Reading.</Text>}
      </Screen>
    )
  }
  return (
    <Screen title={`Set up ${host.name}`}>
      <SetUp host={host} />
    </Screen>
  )
}

const isLoaded = ({ loaded }: LiveState): boolean => loaded

function SetUp({ host }: { readonly host: HostStatus }) {
  const { id, name } = host
  const [check, checkAgain] = useCheck(name, renderCheckBasis(host))
  const [preparing, setPreparing] = useState(false)
  const ready = check.end.kind === 'checked' && check.end.ready
  const blocked = check.lines.some(({ verdict }) => verdict === 'bad')
  return (
    <Stack gap="md" maw={860}>
      {ready && (
        <Alert color="green" title={`${name} is ready.`}>
          <Group gap="xs" mt="xs">
            <Button component={Link} href="/tenants?new">
              Make a tenant
            </Button>
            <Button component={Link} href={`/hosts/${id}`} variant="default">
              See the host
            </Button>
          </Group>
        </Alert>
      )}
      <Paper withBorder p="md">
        <Group justify="space-between" mb="xs">
          <Title order={2}>What is there</Title>
          <Button variant="default" onClick={checkAgain} disabled={check.end.kind === 'checking'}>
            Check again
          </Button>
        </Group>
        <CheckList check={check} onRetry={checkAgain} />
      </Paper>
      {/* Changes that preparing makes have the host checked again before preparing has ended. */}
      {(preparing || (check.end.kind === 'checked' && !ready)) && (
        <Paper withBorder p="md">
          {blocked && (
            <Text mb="sm">What needs you, in the list above, may stand in the way of what follows.</Text>
          )}
          <PrepareHost name={name} onDone={checkAgain} onRunning={setPreparing} />
        </Paper>
      )}
    </Stack>
  )
}
