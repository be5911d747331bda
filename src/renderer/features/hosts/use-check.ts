import { useCallback, useEffect, useState } from 'react'
import type { CheckLine } from '../../../contract/host.ts'
import { useClient } from '../../rpc/client-context.tsx'
import { type Failure, toFailure } from '../../rpc/failure.ts'

/** A check of a host: the lines so far, and what they come to. */
export interface Check {
  readonly lines: readonly CheckLine[]
  readonly end:
    | { kind: 'checking' }
    | { kind: 'checked'; ready: boolean; at: string }
    | { kind: 'failed'; failure: Failure; at: string }
}

const now = (): string => new Date().toISOString()

const started: Check = { lines: [], end: { kind: 'checking' } }

/**
 * Checks the host when shown, and again when asked to.
 * @param basis what is known of the host besides; when that becomes another, what was found before says nothing any more
 */
export function useCheck(name: string, basis = ''): readonly [Check, () => void] {
  const client = useClient()
  const [round, setRound] = useState(0)
  const [check, setCheck] = useState(started)
  useEffect(() => {
    // Asking again is the same as a new round, and so is a host that changed.
    void round
    void basis
    const stop = new AbortController()
    const read = async (): Promise<void> => {
      setCheck(started)
      const lines = await client.host.watchCheck({ name }, { signal: stop.signal })
      for (let next = await lines.next(); !stop.signal.aborted; next = await lines.next()) {
        const { done, value } = next
        if (done === true) {
          const end = { kind: 'checked', ready: value.ready, at: now() } as const
          setCheck((before) => ({ ...before, end }))
          return
        }
        setCheck((before) => ({ ...before, lines: [...before.lines, value] }))
      }
    }
    read().catch((error: unknown) => {
      if (stop.signal.aborted) return
      const end = { kind: 'failed', failure: toFailure(error), at: now() } as const
      setCheck((before) => ({ ...before, end }))
    })
    return () => stop.abort()
  }, [client, name, round, basis])
  return [check, useCallback(() => setRound((before) => before + 1), [])]
}
