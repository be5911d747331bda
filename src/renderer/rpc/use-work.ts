import { useCallback, useEffect, useRef, useState } from 'react'
import type { Progress } from '../../contract/progress.ts'

/** Long work and where it is: its steps so far, and in the end its result or why there is none. */
export type Work<Result> =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly steps: readonly Progress[] }
  | { readonly kind: 'done'; readonly steps: readonly Progress[]; readonly result: Result }
  | { readonly kind: 'failed'; readonly steps: readonly Progress[]; readonly error: unknown }

interface WorkStream<Result> {
  next(): Promise<{ done?: false | undefined; value: Progress } | { done: true; value: Result }>
}

/** One step keeps one line: what comes later under a key replaces what came before. */
function withStep(steps: readonly Progress[], step: Progress): readonly Progress[] {
  const known = steps.findIndex(({ key }) => key === step.key)
  return known === -1 ? [...steps, step] : steps.with(known, step)
}

/** Runs one procedure that tells its progress, at most one at a time. Leaving the page does not stop it; `cancel` does. */
export function useWork<Result>() {
  const [work, setWork] = useState<Work<Result>>({ kind: 'idle' })
  const controller = useRef<AbortController | undefined>(undefined)
  const mounted = useRef(true)
  useEffect(() => {
    mounted.current = true
    return () => {
      mounted.current = false
    }
  }, [])

  const start = useCallback(
    async (call: (signal: AbortSignal) => Promise<WorkStream<Result>>): Promise<Result | undefined> => {
      const own = new AbortController()
      controller.current = own
      let steps: readonly Progress[] = []
      const show = (next: Work<Result>): void => {
        if (mounted.current && controller.current === own) setWork(next)
      }
      show({ kind: 'running', steps })
      try {
        const stream = await call(own.signal)
        for (let next = await stream.next(); ; next = await stream.next()) {
          if (next.done === true) {
            show({ kind: 'done', steps, result: next.value })
            return next.value
          }
          steps = withStep(steps, next.value)
          show({ kind: 'running', steps })
        }
      } catch (error) {
        show({ kind: 'failed', steps, error })
        return undefined
      }
    },
    [],
  )
  const cancel = useCallback(() => controller.current?.abort(), [])
  const reset = useCallback(() => setWork({ kind: 'idle' }), [])
  return { work, start, cancel, reset }
}
