import { Alert, Button, Checkbox, Group, List, PasswordInput, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Host, PreparePlan } from '../../../contract/host.ts'
import { useClient } from '../../rpc/client-context.tsx'
import { toFailure } from '../../rpc/failure.ts'
import { useQueries } from '../../rpc/use-queries.ts'
import { useWork } from '../../rpc/use-work.ts'
import { FailureAlert } from '../../ui/failure-alert.tsx'
import { Steps } from '../../ui/steps.tsx'
import { WithCode } from '../../ui/with-code.tsx'

interface PrepareHostProps {
  readonly name: string
  /** Takes everything away again instead. */
  readonly undo?: boolean
  readonly onDone: (host: Host) => void
  /** Whether it is being done now. */
  readonly onRunning?: (running: boolean) => void
}

/** Shows what would be done on a host, then does exactly that. */
export function PrepareHost({ name, undo = false, onDone, onRunning }: PrepareHostProps) {
  const [loopback, setLoopback] = useState(false)
  const [keepSaved, setKeepSaved] = useState(false)
  const choices = {
    name,
    ...(undo ? { undo } : {}),
    ...(keepSaved ? { keepSaved } : {}),
    ...(loopback ? { loopback } : {}),
  }
  const [running, setRunning] = useState(false)
  const plan = useQuery({
    ...useQueries().host.planPrepare.queryOptions({ input: choices }),
    // A plan that changes under the reader's eyes would be agreed to unread.
    refetchOnWindowFocus: false,
    gcTime: 0,
  })
  if (plan.isPending) return <Text className="quiet">Looking at {name} and planning.</Text>
  // Also where planning failed: doing without the filter may be the way out, and is a choice of its own.
  const choice = !undo && !running && (
    <Checkbox
      size="xs"
      label="Without root: tenants can be reached from that computer only"
      checked={loopback}
      onChange={({ currentTarget }) => setLoopback(currentTarget.checked)}
    />
  )
  if (plan.isError) {
    return (
      <Stack gap="sm">
        <FailureAlert error={plan.error} onRetry={() => void plan.refetch()} />
        {toFailure(plan.error).code === 'FIREWALL_SAVED' && (
          <Checkbox
            size="xs"
            label="Leave saved firewalls as they are, and take it away all the same"
            checked={keepSaved}
            onChange={({ currentTarget }) => setKeepSaved(currentTarget.checked)}
          />
        )}
        {choice}
      </Stack>
    )
  }
  return (
    <Stack gap="sm">
      <PlanView
        key={plan.data.fingerprint}
        choices={choices}
        plan={plan.data}
        onDone={onDone}
        onStale={() => void plan.refetch()}
        onRunning={(next) => {
          setRunning(next)
          onRunning?.(next)
        }}
      />
      {choice}
    </Stack>
  )
}

interface PlanViewProps {
  readonly choices: {
    readonly name: string
    readonly undo?: boolean
    readonly keepSaved?: boolean
    readonly loopback?: boolean
  }
  readonly plan: PreparePlan
  readonly onDone: (host: Host) => void
  readonly onStale: () => void
  readonly onRunning: (running: boolean) => void
}

function PlanView({ choices, plan, onDone, onStale, onRunning }: PlanViewProps) {
  const client = useClient()
  const { work, start, cancel } = useWork<Host>()
  const [sudoPassword, setSudoPassword] = useState('')
  const undo = choices.undo === true
  const { steps, fingerprint, needsSudoPassword, saved } = plan
  const failure = work.kind === 'failed' ? toFailure(work.error) : null
  const prepare = async (): Promise<void> => {
    const secret = needsSudoPassword ? { sudoPassword } : {}
    const input = { ...choices, ...secret, fingerprint, confirmed: true }
    onRunning(true)
    const host = await start((signal) => client.host.prepare(input, { signal }))
    onRunning(false)
    setSudoPassword('')
    if (host !== undefined) onDone(host)
  }
  if (work.kind === 'running') {
    return (
      <Stack gap="sm">
        <Title order={2}>{undo ? 'Taking it away' : 'Preparing'}</Title>
        {work.steps.length === 0 ? (
          <Text className="quiet">Looking whether the plan still holds.</Text>
        ) : (
          <Steps steps={work.steps} />
        )}
        <Group>
          <Button variant="default" onClick={cancel}>
            Stop after this step
          </Button>
        </Group>
      </Stack>
    )
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void prepare()
      }}
    >
      <Stack gap="sm">
        <PlanSentences undo={undo} steps={steps} />
        <SavedFirewalls saved={saved} />
        {needsSudoPassword && (
          <PasswordInput
            maw={320}
            label={`Password of sudo on ${choices.name}`}
            description="Used for this once, and kept nowhere"
            value={sudoPassword}
            onChange={({ currentTarget }) => setSudoPassword(currentTarget.value)}
            error={failure?.code === 'SUDO_PASSWORD_WRONG' ? failure.message : undefined}
            autoComplete="off"
          />
        )}
        {work.kind === 'failed' && failure?.code !== 'SUDO_PASSWORD_WRONG' && (
          <>
            <Steps steps={work.steps} />
            <FailureAlert error={work.error} onRetry={onStale} />
          </>
        )}
        <Group>
          <Button
            type="submit"
            color={undo ? 'red' : undefined}
            disabled={needsSudoPassword && sudoPassword === ''}
          >
            {undo ? 'Take all of this away' : steps.length === 0 ? 'Finish' : 'Prepare this host'}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function PlanSentences({ undo, steps }: { readonly undo: boolean; readonly steps: PreparePlan['steps'] }) {
  if (steps.length === 0) {
    return <Text>{undo ? 'There is nothing to take away.' : 'Nothing has to be changed there.'}</Text>
  }
  return (
    <>
      <Title order={2}>{undo ? 'What would be taken away' : 'What would be done'}</Title>
      <List type="ordered" size="sm" spacing={4}>
        {steps.map(({ sentence }) => (
          <List.Item key={sentence}>{sentence}</List.Item>
        ))}
      </List>
    </>
  )
}

/** Files of the server that name the filter, with the command that saves each without it. */
function SavedFirewalls({ saved }: Pick<PreparePlan, 'saved'>) {
  return saved.map(({ path, sentence, advice }) => (
    <Alert key={path} color="yellow" title="A saved firewall names Memharbor's filter">
      <Text size="sm">{sentence}</Text>
      <Text size="sm">
        <WithCode text={advice} />
      </Text>
    </Alert>
  ))
}
