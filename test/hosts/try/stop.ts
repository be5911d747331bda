import { constants } from 'node:os'

/** The end of a run by a signal, with the status that a shell expects of a program that was ended so. */
export class Stopped extends Error {
  override readonly name = 'Stopped'
  readonly status: number

  constructor(status: number) {
    super('the run was ended')
    this.status = status
  }
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * A signal that is aborted, with {@link Stopped}, when this run should end: by Ctrl-C or its like, or because nobody is
 * there any more (the program that started this one has ended, or nobody reads what is printed). A second Ctrl-C does not
 * cut the cleaning short.
 */
export const stopWhenAsked = (): AbortSignal => {
  const stop = new AbortController()
  const end = (status: number): void => stop.abort(new Stopped(status))
  for (const signal of signals) process.on(signal, () => end(128 + constants.signals[signal]))
  process.on('disconnect', () => end(128 + constants.signals.SIGHUP))
  process.stdout.on('error', () => end(128 + constants.signals.SIGPIPE))
  // The words of the end have nowhere to go then; the end itself goes on.
  process.stderr.on('error', () => end(128 + constants.signals.SIGPIPE))
  return stop.signal
}

/** Resolves never; rejects when the signal is aborted. */
export const untilStopped = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
