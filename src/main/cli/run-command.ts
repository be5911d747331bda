import { setFlagsFromString } from 'node:v8'
import type { Client } from '../../contract/router.ts'
import { fail } from '../../domain/problem-error.ts'
import { hearSignal } from '../hear-signal.ts'
import type { GivenAnswers } from './answer-problems.ts'
import { readProblem } from './command-problem.ts'
import { rememberSaid } from './said-before.ts'
import { openTerminal, type Terminal } from './terminal.ts'

/** Options that every command has. */
export interface CommonOptions {
  readonly json?: boolean
  readonly data?: string
  readonly passphraseFile?: string
}

/** Everything that a command works with. */
export interface CommandTools {
  readonly client: Client
  readonly terminal: Terminal
  readonly given: GivenAnswers
  /** Aborted by Ctrl-C: long work is taken back or finished, then the command ends. */
  readonly signal: AbortSignal
  /**
   * After Ctrl-C: ends the program without waiting for what it is doing, which whatever runs next on the store goes on
   * with. The command has to throw then.
   * @param said what became of it, for the operator
   */
  leave(said: string): void
}

/** Of a program that Ctrl-C ended: 128 and the signal's number. */
const interruptedStatus = 130

/** A command that ends within that of Ctrl-C needs no words about it. In milliseconds. */
const quietStopMs = 500

const finishing =
  'Stopping: what has begun is finished or taken back first. Ctrl-C once more ends this at once; what is not finished then, the next program on this store goes on with.'

/** Ctrl-C has ended the wait for an answer. */
export class LeftError extends Error {
  override readonly name = 'AbortError'
}

/**
 * Runs one command and sets the exit status: 0 done, 1 failed. A failure is one line on standard error, or with `--json`
 * one object `{code, message, details}`.
 * @param reads see `runReading`
 */
export async function runCommand(
  options: CommonOptions,
  command: (tools: CommandTools) => Promise<void>,
  reads = false,
): Promise<void> {
  const { terminal, wasSaid } = rememberSaid(openTerminal({ json: options.json === true }))
  const stop = new AbortController()
  let stopping: NodeJS.Timeout | undefined
  const onInterrupt = (): void => {
    stop.abort()
    stopping = setTimeout(() => terminal.note(finishing), quietStopMs)
  }
  let isLeaving = false
  const leaveQuietly = (): void => {
    isLeaving = true
    clearTimeout(stopping)
  }
  const leave: CommandTools['leave'] = (said) => {
    leaveQuietly()
    terminal.note(said)
  }
  const ignoreInterrupt = hearSignal('SIGINT', onInterrupt)
  // A command ends before optimised code of SQLite would pay for its compilation: 0.3 s of a processor.
  setFlagsFromString('--liftoff-only')
  try {
    // Loaded here, so that help and wrong usage are answered without the whole program.
    const { openClient } = await import('./open-client.ts')
    const opened = await openClient(options.data, terminal.note, stop.signal)
    const { client, warning, tellWaits, settle, close } = opened
    try {
      if (warning !== '') terminal.note(`Warning: ${warning}`)
      // A look tells by a notice what the answer of the command may have in its own place.
      const tellOnce = (notice: string): void => {
        if (!wasSaid(notice)) terminal.note(notice)
      }
      tellWaits(tellOnce)
      const given = { passphraseFile: options.passphraseFile }
      try {
        // Nothing of it has begun, and nobody would be asked again.
        if (!reads) requireNotStopped(stop.signal, 'this command')
        const work = command({ client, terminal, given, signal: stop.signal, leave })
        await (reads ? waitOrLeave(work, stop.signal, leaveQuietly) : work)
      } finally {
        if (!isLeaving) await settle()
        // Also before a failure is told: it may be that what was recovered explains it.
        for (const notice of await client.program.takeNotices().catch(() => [])) tellOnce(notice)
      }
    } finally {
      // All that is left is to wait for others who go through this program.
      ignoreInterrupt()
      clearTimeout(stopping)
      await close(isLeaving)
    }
  } catch (error) {
    process.exitCode = isLeaving ? interruptedStatus : 1
    if (!isLeaving) reportFailure(terminal, error)
  } finally {
    ignoreInterrupt()
    clearTimeout(stopping)
  }
  // Connections that wait for a host would keep the process.
  if (isLeaving) process.exit()
}

/** The same for a command that asks and changes nothing: Ctrl-C ends it at once. */
export const runReading = (
  options: CommonOptions,
  command: (tools: CommandTools) => Promise<void>,
): Promise<void> => runCommand(options, command, true)

/** @throws LeftError after Ctrl-C, when the work has no reader any more; what the work throws */
async function waitOrLeave(work: Promise<void>, signal: AbortSignal, left: () => void): Promise<void> {
  if ((await Promise.race([work.then(() => 'done'), untilAborted(signal)])) === 'done') return
  work.catch(() => {})
  left()
  throw new LeftError()
}

/**
 * Ends what has not begun.
 * @param what it is: `this command`
 * @throws ProblemError CANCELLED after Ctrl-C
 */
export function requireNotStopped(signal: AbortSignal, what: string): void {
  if (signal.aborted)
    fail({ code: 'CANCELLED', details: { action: `${what}, before anything of it was done` } })
}

/** Waits for Ctrl-C. */
export function untilAborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    const abort = (): void => resolve(undefined)
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
  })
}

/** Tells why a command failed: one line, or with `--json` one object. */
export function reportFailure(terminal: Terminal, error: unknown): void {
  const found = readProblem(error)
  const message =
    found?.message ??
    'Something went wrong inside Memharbor. Run it again with MEMHARBOR_DEBUG=1 to see what.'
  const code = found?.problem.code ?? 'INTERNAL'
  if (terminal.json) {
    terminal.note(
      JSON.stringify({ code, message, details: found?.problem.details ?? {}, advice: found?.advice ?? '' }),
    )
    return
  }
  terminal.note(`${code}: ${message}${found === undefined ? '' : ` ${found.advice}`}`)
  if (found === undefined && process.env['MEMHARBOR_DEBUG'] !== undefined)
    terminal.note(String((error as Error).stack))
}
