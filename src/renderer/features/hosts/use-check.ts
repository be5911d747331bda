import { useCallback, useEffect, useState } from 'react'
import type { CheckLine } from '../../../contract/host.ts'
import { useClient } from '../../rpc/client-context.tsx'
import { type Failure, toFailure } from '../../rpc/failure.ts'

/** A check of a host: the lines so far, and what they come to. */
export interface Check {
  readonly lines: readonly CheckLine[]
  readonly end:
    | { kind: 'checking' }
    | { kind: 'checked'; ready: boolean }
    | { kind: 'failed'; failure: Failure }
}

const started: Check = { lines: [], end: { kind: 'checking' } }

/** Checks the host when shown, and again when asked to. */
export function useCheck(name: string): readonly [Check, () => void] {
  const client = useClient()
  const [round, setRound] = useState(0)
  const [check, setCheck] = useState(started)
  useEffect(() => {
    // Asking again is the same as a new round.
    void round
    const stop = new AbortController()
    const read = async (): Promise<void> => {
      setCheck(started)
      const lines = await client.host.watchCheck({ name }, { signal: stop.signal })
      for (let next = await lines.next(); !stop.signal.aborted; next = await lines.next()) {
        const { done, value } = next
        if (done === true) {
          setCheck((before) => ({ ...before, end: { kind: 'checked', ready: value.ready } }))
          return
        }
        setCheck((before) => ({ ...before, lines: [...before.lines, value] }))
      }
    }
    read().catch((error: unknown) => {
      if (stop.signal.aborted) return
      setCheck((before) => ({ ...before, end: { kind: 'failed', failure: toFailure(error) } }))
    })
    return () => stop.abort()
  }, [client, name, round])
  return [check, useCallback(() => setRound((before) => before + 1), [])]
}
