import { useEffect, useReducer } from 'react'
import { useClient } from '../../rpc/client-context.tsx'
import { toFailure } from '../../rpc/failure.ts'
import { type AddHostEvent, type AddHostState, askForHost, nextAddHost } from './flow.ts'

/** Adds a host: whenever the state is `connecting`, the router is asked, and its answer is the next event. */
export function useAddHost(): readonly [AddHostState, (event: AddHostEvent) => void] {
  const client = useClient()
  const [state, dispatch] = useReducer(nextAddHost, askForHost)
  const wish = state.kind === 'connecting' ? state.wish : undefined
  useEffect(() => {
    if (wish === undefined) return
    const stop = new AbortController()
    const { name, target, hostKeys } = wish
    client.host.add({ name, target, hostKeys: [...hostKeys] }, { signal: stop.signal }).then(
      ({ host, adopted }) => dispatch({ kind: 'added', host, adopted }),
      (error: unknown) => {
        if (!stop.signal.aborted) dispatch({ kind: 'failed', failure: toFailure(error) })
      },
    )
    return () => stop.abort()
  }, [client, wish])
  return [state, dispatch]
}
