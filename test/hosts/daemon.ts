import { createWriteStream, readFileSync } from 'node:fs'
import { start } from './run.ts'

/** A program that stays: started once, its output in a file, ended by a signal. */
export interface Daemon {
  /** Of the program that was started (nsenter, where it runs in a namespace). */
  readonly pid: number
  readonly running: () => boolean
  /** Resolves when it has ended. */
  readonly ended: Promise<void>
  /** Sends SIGCONT to the program that was started (nsenter, where it runs in a namespace). */
  readonly resume: () => void
  /** The last lines it wrote. */
  readonly log: () => string
}

/** Starts a program whose output is appended to `logPath`. */
export const startDaemon = (argv: readonly string[], logPath: string): Daemon => {
  const child = start(argv)
  const { pid } = child
  if (pid === undefined) throw new Error(`${argv[0]} could not be started`)
  const log = createWriteStream(logPath, { flags: 'a' })
  child.stdin.end()
  child.stdout.pipe(log, { end: false })
  child.stderr.pipe(log, { end: false })
  let running = true
  const ended = (async () => {
    await child
    running = false
    log.end()
  })()
  return {
    pid,
    running: () => running,
    ended,
    resume: () => {
      child.kill('SIGCONT')
    },
    log: () => readFileSync(logPath, 'utf8').trimEnd().split('\n').slice(-10).join('\n'),
  }
}
