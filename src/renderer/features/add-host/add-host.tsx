import { useEffect } from 'react'
import type { Host } from '../../../contract/host.ts'
import { FailureNotice } from '../../ui/failure-alert.tsx'
import { PassphraseQuestion } from '../secrets/passphrase-question.tsx'
import { Connecting } from './connecting.tsx'
import { KeyQuestion } from './key-question.tsx'
import { useAddHost } from './use-add-host.ts'
import { Ways } from './ways.tsx'

/** The way to a host: choose, connect, answer what is asked on the way. */
export function AddHost({ onAdded }: { readonly onAdded: (host: Host, adopted: readonly string[]) => void }) {
  const [state, dispatch] = useAddHost()
  const added = state.kind === 'added' ? state : undefined
  useEffect(() => {
    if (added !== undefined) onAdded(added.host, added.adopted)
  }, [added, onAdded])
  const back = () => dispatch({ kind: 'back' })
  switch (state.kind) {
    case 'asking':
      return (
        <>
          {state.failure !== null && <FailureNotice failure={state.failure} />}
          <Ways
            onChoose={(name, target) => dispatch({ kind: 'submit', wish: { name, target, hostKeys: [] } })}
          />
        </>
      )
    case 'connecting':
      return <Connecting name={state.wish.name} onCancel={back} />
    case 'key':
      return (
        <KeyQuestion shown={state.key} onAccept={() => dispatch({ kind: 'accept-key' })} onCancel={back} />
      )
    case 'passphrase':
      return (
        <PassphraseQuestion
          identityFile={state.identityFile}
          wrong={state.wrong}
          onKept={() => dispatch({ kind: 'passphrase-kept' })}
          onCancel={back}
        />
      )
    case 'added':
      return null
  }
}
