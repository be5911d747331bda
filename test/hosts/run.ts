import { execa, type Subprocess } from 'execa'
import { killCommand } from './kill.ts'

/** The traces of a finished command. `status` is null when a signal ended it. */
export interface RunResult {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly input?: string
  /** Time limit in milliseconds, 60 s unless given; a command that exceeds it is killed and `run` throws. */
  readonly timeoutMs?: number
}

/** The whole environment of every command: nothing of the person's own may reach a sandbox. */
export const environment = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/root',
  LANG: 'C.UTF-8',
  LC_ALL: 'C.UTF-8',
} as const

const common = { env: environment, extendEnv: false, reject: false, stripFinalNewline: false } as const

const split = (argv: readonly string[]): readonly [string, readonly string[]] => {
  const [program, ...rest] = argv
  if (program === undefined) throw new Error('there is no program to run')
  return [program, rest]
}

/** Runs a command to its end. A status other than 0 is returned, not thrown. */
export const run = async (argv: readonly string[], options: RunOptions = {}): Promise<RunResult> => {
  const [program, rest] = split(argv)
  const timeout = options.timeoutMs ?? 60_000
  const child = execa(program, rest, { ...common, input: options.input ?? '' })
  let timedOut = false
  const timer = setTimeout(() => {
    timedOut = true
    if (child.pid !== undefined) killCommand(program, child.pid)
  }, timeout)
  const result = await child
  clearTimeout(timer)
  if (timedOut) throw new Error(`${argv.join(' ')} did not end within ${timeout} ms`)
  const failedToStart = result.exitCode === undefined && result.signal === undefined
  if (failedToStart) throw new Error(result.shortMessage ?? `${program} could not be started`)
  return { status: result.exitCode ?? null, stdout: result.stdout, stderr: result.stderr }
}

/** Runs a command that must succeed and returns its standard output. */
export const mustRun = async (argv: readonly string[], options: RunOptions = {}): Promise<string> => {
  const result = await run(argv, options)
  if (result.status === 0) return result.stdout
  throw new Error(`${argv.join(' ')} ended with ${result.status}: ${(result.stderr || result.stdout).trim()}`)
}

/**
 * Starts a command with all three standard streams open, in a session of its own: Ctrl-C in the terminal is not meant
 * for it. Whoever starts one sees to it that it ends with this process.
 */
export const start = (argv: readonly string[]): Subprocess<StartOptions> => {
  const [program, rest] = split(argv)
  return execa(program, rest, startOptions)
}

const startOptions = { ...common, buffer: false, encoding: 'utf8', detached: true } as const
type StartOptions = typeof startOptions
