import net from 'node:net'
import os from 'node:os'
import type { Duplex } from 'node:stream'
import type { Options } from 'execa'
import { fail, ProblemError } from '../../../domain/problem-error.ts'
import { renderForeignText, throwIfAborted, withLimit } from '../limit.ts'
import type { CallOptions, CommandResult, CommandSession, Link } from '../link.ts'
import { appendStderr, largestOutput, tooMuchOutput } from '../output.ts'
import { makeDigits, type RemoteCommand, renderWords, withoutSudo } from '../remote-commands.ts'
import { type TimeLimits, usualTimeLimits } from '../time-limits.ts'

export interface LocalLinkOptions {
  /** The panel's name of the host, for problems. */
  readonly host: string
  /** Where Docker listens: a Unix socket or a Windows pipe. */
  readonly socketPath: string
  readonly timeLimits?: TimeLimits
}

/** This computer as a host: Docker by its socket, commands as child processes. */
export function openLocalLink({
  host,
  socketPath,
  timeLimits: { callMs } = usualTimeLimits,
}: LocalLinkOptions): Link {
  const children = new Set<AbortController>()
  let isClosed = false

  const within = <T>(
    action: string,
    { timeoutMs = callMs, signal }: CallOptions,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> =>
    withLimit({ host, action, timeoutMs, signal }, async (inner) => {
      if (isClosed) {
        const reason = 'its connection was closed here'
        fail({ code: 'HOST_UNREACHABLE', details: { host, address: socketPath, reason } })
      }
      return work(inner)
    })

  const openDocker = async (signal: AbortSignal): Promise<Duplex> => {
    try {
      return await connectSocket({ path: socketPath }, signal)
    } catch (error) {
      throw describeSocketError(host, socketPath, error)
    }
  }

  const start = async (command: RemoteCommand): Promise<CommandSession> => {
    const abort = new AbortController()
    children.add(abort)
    const { execa } = await import('execa')
    const token = makeDigits()
    const child = execa(...renderLocalCommand(command, token), {
      ...childOptions,
      stdin: 'pipe',
      buffer: false,
      cancelSignal: abort.signal,
    })
    let stderr = ''
    child.stderr.on('data', (chunk: Buffer) => {
      stderr = appendStderr(stderr, chunk)
    })
    const ended = child.then((result) => {
      children.delete(abort)
      return result.exitCode ?? null
    })
    const stream = child.duplex({ from: 'stdout', binary: true })
    // The status is told by `ended`; a stream that nobody reads any more must not end the program.
    stream.on('error', () => undefined)
    const close = (): void => abort.abort()
    const giveUp = (): void => {
      child.kill('SIGKILL')
      close()
    }
    return { stream, token, stderr: () => stderr, ended, close, giveUp }
  }

  return {
    host,
    // The Docker socket is all there is to reach: whether it answers is the same question.
    connect: (call = {}) =>
      within('open the Docker socket', call, async (signal) => void (await openDocker(signal)).destroy()),
    openDocker: (call = {}) => within('open the Docker socket', call, openDocker),
    openPort: (port, call = {}) =>
      within(`open port ${port}`, call, async (signal) => {
        try {
          return await connectSocket({ host: '127.0.0.1', port }, signal)
        } catch (error) {
          throwIfAborted(signal, `open port ${port}`)
          const reason = codeOf(error) === 'ECONNREFUSED' ? 'Connection refused' : codeOf(error)
          return fail({ code: 'PORT_UNREACHABLE', details: { host, port, reason } }, error)
        }
      }),
    run: (command, input, call = {}) =>
      within(`run ${command}`, call, (signal) => runHere(host, command, input, signal)),
    start: (command, call = {}) => within(`start ${command}`, call, () => start(command)),
    info: () => ({
      ...{ kind: 'socket', connected: !isClosed, docker: 'socket' },
      ...{ refused: false, refusedBeside: false, login: null },
    }),
    // There is no connection: every call opens its own.
    onConnect: () => () => {},
    async close() {
      isClosed = true
      for (const child of children) child.abort()
    },
  }
}

const childOptions = {
  env: { LC_ALL: 'C' },
  reject: false,
  encoding: 'buffer',
  stripFinalNewline: false,
  forceKillAfterDelay: 1_000,
} as const satisfies Options

async function runHere(
  host: string,
  command: RemoteCommand,
  input: string,
  signal: AbortSignal,
): Promise<CommandResult> {
  const { execa } = await import('execa')
  const result = await execa(...renderLocalCommand(command), {
    ...childOptions,
    input,
    maxBuffer: largestOutput,
    cancelSignal: signal,
  })
  throwIfAborted(signal, `run ${command}`)
  if (result.isMaxBuffer) {
    fail({ code: 'COMMAND_FAILED', details: { host, command, reason: tooMuchOutput } })
  }
  // A shell on a server says 127 for a program that is not there; the callers read that.
  if (result.code === 'ENOENT') return { status: 127, stdout: '', stderr: `${result.command}: not found` }
  return {
    status: result.exitCode ?? null,
    stdout: Buffer.from(result.stdout).toString('utf8'),
    stderr: appendStderr('', Buffer.from(result.stderr)),
  }
}

/** Root needs no sudo, and a computer that is used as root often has none. */
function renderLocalCommand(
  command: RemoteCommand,
  token = makeDigits(),
): [file: string, words: readonly string[]] {
  const all = renderWords(command, token)
  const [file = '', ...words] = process.getuid?.() === 0 ? withoutSudo(all) : all
  return [file, words]
}

function connectSocket(to: net.NetConnectOpts, signal: AbortSignal): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    const socket = net.connect(to)
    const onAbort = (): void => {
      socket.destroy()
      reject(signal.reason)
    }
    signal.addEventListener('abort', onAbort, { once: true })
    socket.once('error', (error) => {
      signal.removeEventListener('abort', onAbort)
      reject(error)
    })
    socket.once('connect', () => {
      signal.removeEventListener('abort', onAbort)
      // The error listener stays: the other side may fail before the caller listens.
      socket.setNoDelay(true)
      resolve(socket)
    })
  })
}

function describeSocketError(host: string, socketPath: string, error: unknown): unknown {
  const problem = (reason: string): ProblemError =>
    new ProblemError({ code: 'DOCKER_UNREACHABLE', details: { host, reason } }, { cause: error })
  if (error instanceof ProblemError) return error
  switch (codeOf(error)) {
    case 'EACCES':
    case 'EPERM':
      return new ProblemError({ code: 'DOCKER_DENIED', details: { host, user: os.userInfo().username } })
    case 'ENOENT':
      return problem(`there is no ${socketPath}`)
    case 'ECONNREFUSED':
      return problem(`nothing listens on ${socketPath}`)
    default:
      return problem(renderForeignText(error instanceof Error ? error.message : String(error)))
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
