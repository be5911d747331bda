import { useEffect, useState } from 'react'
import type { SandboxState } from '../../../contract/sandbox.ts'
import { useClient } from '../../rpc/client-context.tsx'

/** The sandbox as it is, for as long as it is shown; undefined until the first word of it. */
export function useSandbox(): SandboxState | undefined {
  const client = useClient()
  const [state, setState] = useState<SandboxState>()
  useEffect(() => {
    const stop = new AbortController()
    const follow = async (): Promise<void> => {
      for await (const next of await client.sandbox.watch(undefined, { signal: stop.signal })) setState(next)
    }
    // The frame shows that the other end is gone.
    follow().catch(() => {})
    return () => stop.abort()
  }, [client])
  return state
}
