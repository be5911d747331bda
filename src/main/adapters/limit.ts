import { fail, ProblemError } from '../../domain/problem-error.ts'

/** The bounds of one piece of work at a host. */
export interface Limit {
  readonly host: string
  /** The work as an infinitive: it completes "did not answer while: …". */
  readonly action: string
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
  /** The port of the memcached that is waited for, as soon as its host has answered. */
  waitsFor?(): number | undefined
  /** The problem to tell in place of TIMED_OUT, where it is known why. */
  whyLate?(): ProblemError | undefined
  /** True while a person is being asked: the time starts again when they have answered. */
  isPaused?(): boolean
}

const pausePollMs = 100

/**
 * Runs `work` and settles in any case when the time is over or the caller gives up. The signal that `work` gets is
 * aborted then: it has to release what it holds, also what arrives afterwards.
 * @throws ProblemError TIMED_OUT or what `whyLate` has, CANCELLED, or what `work` throws
 */
export function withLimit<T>(limit: Limit, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { host, action, timeoutMs, signal } = limit
  const controller = new AbortController()
  return new Promise<T>((resolve, reject) => {
    const stop = (error: ProblemError): void => {
      release()
      controller.abort(error)
      reject(error)
    }
    let wasPaused = false
    const onTime = (): void => {
      if (limit.isPaused?.() === true) {
        wasPaused = true
        timer = setTimeout(onTime, pausePollMs)
      } else if (wasPaused) {
        wasPaused = false
        timer = setTimeout(onTime, timeoutMs)
      } else {
        const port = limit.waitsFor?.()
        const details = { host, action, afterMs: timeoutMs, ...(port === undefined ? {} : { port }) }
        stop(limit.whyLate?.() ?? new ProblemError({ code: 'TIMED_OUT', details }))
      }
    }
    const onAbort = (): void => stop(new ProblemError({ code: 'CANCELLED', details: { action } }))
    let timer = setTimeout(onTime, timeoutMs)
    const release = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    }
    if (signal?.aborted === true) return onAbort()
    signal?.addEventListener('abort', onAbort, { once: true })
    work(controller.signal).then(
      (value) => {
        release()
        resolve(value)
      },
      (error: unknown) => {
        release()
        reject(error)
      },
    )
  })
}

/** @throws ProblemError CANCELLED when the signal was aborted without a problem of its own */
export function throwIfAborted(signal: AbortSignal, action: string): void {
  if (!signal.aborted) return
  if (signal.reason instanceof ProblemError) throw signal.reason
  fail({ code: 'CANCELLED', details: { action } })
}

/** Nearly all of the many texts of a list: nothing of them has to be looked for. */
const usualText = /^[!-~]+(?: [!-~]+)*$/

/** Text from elsewhere, made fit for a sentence: one line, no control characters, at most `most` characters. */
export function renderForeignText(text: string, most = 200): string {
  if (text.length <= most && usualText.test(text)) return text
  const line = text.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim()
  return line.length > most ? `${line.slice(0, most - 1)}…` : line
}
