import { Button, Group, Loader, Stack, Text } from '@mantine/core'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import type { SandboxState } from '../../../contract/sandbox.ts'
import { type Action, useActions } from '../../frame/actions.tsx'
import { useClient } from '../../rpc/client-context.tsx'
import { FailureNotice } from '../../ui/failure-alert.tsx'
import { Steps } from '../../ui/steps.tsx'
import { useSubmit } from '../../ui/use-submit.ts'
import { useSandbox } from './use-sandbox.ts'

/** Makes a sandbox on this computer, tells how far it is, opens its panel and takes it away again. */
export function Sandbox() {
  const client = useClient()
  const state = useSandbox()
  const { busy, failure, submit } = useSubmit()
  const [opened, setOpened] = useState('')
  const start = () => void submit(() => client.sandbox.start())
  const stop = () => void submit(() => client.sandbox.stop())
  const open = async (): Promise<void> => {
    const answer = await submit(() => client.sandbox.open())
    if (answer === undefined) return
    if (answer.link !== null) window.open(answer.link, '_blank', 'noopener,noreferrer')
    setOpened(`Its panel opens in ${answer.link === null ? 'your browser' : 'a new tab'}.`)
  }
  const kind = state?.kind
  const box = useFocusKept(kind)
  useActions(listActions(kind, { start, stop, open: () => void open() }))
  if (state === undefined) return <Text className="quiet">Looking whether one runs.</Text>
  return (
    <Stack gap="sm" ref={box} tabIndex={-1}>
      {'steps' in state && state.steps.length > 0 && <Steps steps={state.steps} />}
      {failure !== null && <FailureNotice failure={failure} />}
      <Standing state={state} opened={opened} start={start}>
        {kind === 'none' && (
          <Button variant="default" onClick={start} disabled={busy}>
            Start a sandbox
          </Button>
        )}
        {kind === 'up' && (
          <Button onClick={() => void open()} disabled={busy}>
            Open the sandbox
          </Button>
        )}
        {(kind === 'starting' || kind === 'up') && (
          <Button variant="default" onClick={stop} disabled={busy}>
            Stop it
          </Button>
        )}
      </Standing>
    </Stack>
  )
}

interface StandingProps {
  readonly state: SandboxState
  /** Where its panel was opened, in a sentence; empty before. */
  readonly opened: string
  readonly start: () => void
  /** The buttons for its state. */
  readonly children: ReactNode
}

/** How it stands, in a sentence, and what can be done. */
function Standing({ state, opened, start, children }: StandingProps) {
  if (state.kind === 'failed') {
    const { message, advice, said } = state
    const failure = { code: 'SANDBOX_FAILED', message, advice, details: { said }, retryable: true } as const
    return <FailureNotice failure={failure} onRetry={start} />
  }
  // Before its first step, nothing else shows that something goes on.
  const isMoving = 'steps' in state && state.steps.length === 0
  return (
    <>
      <Group gap="xs" wrap="nowrap" role="status">
        {isMoving && <Loader size="xs" aria-hidden />}
        <Text className={state.kind === 'none' ? 'quiet' : ''}>
          {describe(state)} {state.kind === 'up' && opened}
        </Text>
      </Group>
      <Group gap="xs">{children}</Group>
    </>
  )
}

function describe(state: Exclude<SandboxState, { kind: 'failed' }>): string {
  switch (state.kind) {
    case 'none':
      return 'A server made out of Linux namespaces on this computer, with a tenant on it and a panel of its own. Your hosts and tenants stay as they are. The first time, packages of Debian or Ubuntu that it needs may be installed.'
    case 'starting':
      return 'Making the sandbox. The first time can take some minutes.'
    case 'up':
      return state.proven
        ? 'The sandbox is up, and does what it should.'
        : 'The sandbox is up, but not all of what was tried on it came out as it should: see above.'
    case 'stopping':
      return 'Removing the sandbox.'
  }
}

/** For the command palette, as long as the sandbox is on the screen. */
function listActions(
  kind: SandboxState['kind'] | undefined,
  { start, stop, open }: { readonly start: () => void; readonly stop: () => void; readonly open: () => void },
): readonly Action[] {
  switch (kind) {
    case 'none':
    case 'failed':
      return [{ id: 'sandbox.start', title: 'Start a sandbox', run: start }]
    case 'starting':
      return [{ id: 'sandbox.stop', title: 'Stop the sandbox', run: stop }]
    case 'up':
      return [
        { id: 'sandbox.open', title: 'Open the sandbox', run: open },
        { id: 'sandbox.stop', title: 'Stop the sandbox', run: stop },
      ]
    default:
      return []
  }
}

/** A button that was pressed goes with what it began; then the focus stays where it was. */
function useFocusKept(kind: string | undefined) {
  const box = useRef<HTMLDivElement>(null)
  const before = useRef(kind)
  useEffect(() => {
    const isChange = before.current !== undefined && before.current !== kind
    before.current = kind
    if (isChange && document.activeElement === document.body) box.current?.focus({ preventScroll: true })
  }, [kind])
  return box
}
