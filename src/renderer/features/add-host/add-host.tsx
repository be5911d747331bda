import { Paper, Stack } from '@mantine/core'
import { type ReactNode, useEffect } from 'react'
import type { Host } from '../../../contract/host.ts'
import { FailureNotice } from '../../ui/failure-alert.tsx'
import { PassphraseQuestion } from '../secrets/passphrase-question.tsx'
import { Connecting } from './connecting.tsx'
import { KeyQuestion } from './key-question.tsx'
import { useAddHost } from './use-add-host.ts'
import { Ways } from './ways.tsx'

interface AddHostProps {
  /** Stands above the choice, and not above the questions that come after it. */
  readonly intro?: ReactNode
  readonly onAdded: (host: Host, adopted: readonly string[]) => void
}

/** The way to a host: choose, connect, answer what is asked on the way. */
export function AddHost({ intro, onAdded }: AddHostProps) {
  const [state, dispatch] = useAddHost()
  const added = state.kind === 'added' ? state : undefined
  useEffect(() => {
    if (added !== undefined) onAdded(added.host, added.adopted)
  }, [added, onAdded])
  const back = () => dispatch({ kind: 'back' })
  switch (state.kind) {
    case 'asking':
      return (
        <Stack gap="md" maw={900}>
          {intro}
          {state.failure !== null && <FailureNotice failure={state.failure} />}
          <Ways
            onChoose={(name, target) => dispatch({ kind: 'submit', wish: { name, target, hostKeys: [] } })}
          />
        </Stack>
      )
    case 'connecting':
      return <Connecting name={state.wish.name} onCancel={back} />
    case 'key':
      return (
        <Asked>
          <KeyQuestion
            verb="connect"
            shown={state.key}
            onAccept={() => dispatch({ kind: 'accept-key' })}
            onCancel={back}
          />
        </Asked>
      )
    case 'passphrase':
      return (
        <Asked>
          <PassphraseQuestion
            identityFile={state.identityFile}
            wrong={state.wrong}
            onKept={() => dispatch({ kind: 'passphrase-kept' })}
            onCancel={back}
          />
        </Asked>
      )
    case 'added':
      return null
  }
}

/** A question in the middle of the way, on a surface of its own. */
function Asked({ children }: { readonly children: ReactNode }) {
  return (
    <Paper withBorder p="md" maw={680}>
      {children}
    </Paper>
  )
}
