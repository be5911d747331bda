import type { Progress } from '../../contract/progress.ts'
import { fail } from '../../domain/problem-error.ts'

/** How long work tells what it does and learns that it should stop. */
export interface Reporter {
  started(key: string, sentence: string): void
  done(key: string, sentence: string): void
  failed(key: string, sentence: string): void
  /** From here on the work goes to its end: being asked to stop changes nothing any more. */
  pastStopping(): void
  readonly signal: AbortSignal | undefined
}

/** The reader of the steps of long work. */
export interface Reader {
  /** Aborted when the reader asks to stop, and when it is gone. */
  readonly signal: AbortSignal | undefined
  /** Whether the reader is gone without having asked to stop, as a page that is loaded again. */
  readonly hasLeft: () => boolean
}

/**
 * Long work as a stream: yields each step as it happens and returns the result. When the reader stops reading, the work
 * is told by its signal and ends at the next point where nothing is halfway; its failure then has no reader. For a reader
 * that has left the work goes on.
 */
export async function* streamProgress<T>(
  work: (report: Reporter) => Promise<T>,
  { signal, hasLeft }: Reader,
): AsyncGenerator<Progress, T> {
  const startedAt = performance.now()
  const queue: Progress[] = []
  const stop = new AbortController()
  const stopUnlessLeft = (): void => {
    if (!hasLeft()) stop.abort()
  }
  if (signal?.aborted === true) stopUnlessLeft()
  else signal?.addEventListener('abort', stopUnlessLeft, { once: true })
  let wake = (): void => {}
  const push = (state: Progress['state']) => (key: string, sentence: string) => {
    queue.push({ key, sentence, state, atMs: Math.round(performance.now() - startedAt) })
    wake()
  }
  const report: Reporter = {
    started: push('started'),
    done: push('done'),
    failed: push('failed'),
    pastStopping: () => {},
    signal: stop.signal,
  }
  let finished = false
  const result = work(report).finally(() => {
    finished = true
    wake()
  })
  // The result is awaited below; this keeps a failure from being called unhandled while steps are still being read.
  result.catch(() => {})
  try {
    while (true) {
      const next = queue.shift()
      if (next !== undefined) yield next
      else if (finished) return await result
      else {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    }
  } finally {
    signal?.removeEventListener('abort', stopUnlessLeft)
    stopUnlessLeft()
  }
}

/** Ends the work here if the operator has cancelled it. @throws ProblemError CANCELLED */
export function stopIfCancelled({ signal }: Reporter, action: string): void {
  if (signal?.aborted === true) fail({ code: 'CANCELLED', details: { action } })
}

/** For work that nobody watches. */
export const silent: Reporter = {
  started: () => {},
  done: () => {},
  failed: () => {},
  pastStopping: () => {},
  signal: undefined,
}
