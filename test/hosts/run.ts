import { execa, type Subprocess } from 'execa'
import { openStarter, type Starter } from './starter.ts'

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
  // bash takes a socket at its standard input for a login over the network, and reads .bashrc unless another shell began it.
  SHLVL: '2',
} as const

const common = { env: environment, extendEnv: false, reject: false, stripFinalNewline: false } as const

const split = (argv: readonly string[]): readonly [string, readonly string[]] => {
  const [program, ...rest] = argv
  if (program === undefined) throw new Error('there is no program to run')
  return [program, rest]
}

/** One for the whole process, made when a program is first run. */
const openOnce = (): (() => Starter) => {
  let starter: Starter | undefined
  return () => {
    starter ??= openStarter(environment)
    return starter
  }
}

const starterOfProcess = openOnce()

/** Runs a command to its end. A status other than 0 is returned, not thrown. */
export const run = async (argv: readonly string[], options: RunOptions = {}): Promise<RunResult> => {
  const [program] = split(argv)
  const timeout = options.timeoutMs ?? 60_000
  const ended = starterOfProcess().run(argv, options.input ?? '', timeout)
  const { timedOut, ...result } = await ended.catch((error: Error) => {
    throw new Error(`${program} could not be started: ${error.message}`)
  })
  if (timedOut) throw new Error(`${argv.join(' ')} did not end within ${timeout} ms`)
  return result
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
