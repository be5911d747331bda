import type { ClientChannel } from 'ssh2'
import { fail, ProblemError } from '../../../domain/problem-error.ts'
import type { CommandResult, CommandSession } from '../link.ts'
import { largestOutput, tooMuchOutput } from '../output.ts'
import { type RemoteCommand, renderShellCommand } from '../remote-commands.ts'
import { openChannel, streamFromChannel } from './channel.ts'
import type { SshConnection } from './connection.ts'
import { type MarkedErrors, readMarkedErrors } from './marked-errors.ts'

/** A command that has begun: its channel, paused, and what else is known of it. */
interface OpenedCommand {
  readonly channel: ClientChannel
  /** Its exit status once that is known; null when a signal ended it. */
  status(): number | null
  stderr(): string
  readonly token: string
}

/**
 * Opens the command's channel and waits until it begins; what cannot be started at all is told as COMMAND_FAILED. The
 * exit status and standard error are listened for in the very callback that brings the channel: a short command's end often
 * arrives in the same packet as its start, and whoever listens later has missed it.
 */
async function openCommand<T>(
  host: string,
  connection: SshConnection,
  command: RemoteCommand,
  signal: AbortSignal,
  take: (opened: OpenedCommand) => T,
): Promise<T> {
  const { line, stdoutMark, stderrMark, token } = renderShellCommand(command, connection.user)
  let code: number | null = null
  let errors: MarkedErrors | undefined
  const status = (): number | null => code
  try {
    const channel = await openChannel(
      (done) =>
        connection.client.exec(line, (error, opened) => {
          opened?.once('exit', (ended: number | null) => {
            code = ended
          })
          errors = opened && readMarkedErrors(opened.stderr, stderrMark)
          done(error, opened)
        }),
      signal,
    )
    const marked = errors ?? noErrors
    const asked = { channel, mark: stdoutMark, errors: marked, status }
    const opened = { channel, status, stderr: marked.after, token }
    return await connection.shell.awaitBeginning(asked, signal, () => take(opened))
  } catch (error) {
    if (connection.hasEnded()) throw lostProblem(host, connection)
    // A signal's reason need not be a problem.
    if (error instanceof ProblemError || signal.aborted) throw error
    const reason = isOpenFailure(error) ? noSession : 'the server did not start it'
    return fail({ code: 'COMMAND_FAILED', details: { host, command, reason } }, error)
  }
}

const noSession =
  'the server allows no further session over one connection (MaxSessions in its sshd_config; 10 is usual)'

/** RFC 4254 section 5.1: the answer to a channel that is not opened has a reason; a program that does not start has none. */
const isOpenFailure = (error: unknown): boolean => error instanceof Error && 'reason' in error

/** Whether a command was not begun because the connection has as many sessions as the server allows. */
export const isRefusedSession = (error: unknown): boolean =>
  error instanceof ProblemError &&
  error.problem.code === 'COMMAND_FAILED' &&
  error.problem.details.reason === noSession

const noErrors: MarkedErrors = { mark: '', before: () => '', after: () => '' }

export const lostProblem = (host: string, connection: SshConnection): ProblemError =>
  new ProblemError({
    code: 'HOST_UNREACHABLE',
    details: { host, address: connection.endpoint, reason: 'the connection was lost' },
  })

/** Runs a command to its end. The channel is closed when the signal is aborted. */
export async function runOver(
  host: string,
  connection: SshConnection,
  command: RemoteCommand,
  input: string,
  signal: AbortSignal,
): Promise<CommandResult> {
  return openCommand(host, connection, command, signal, ({ channel, status, stderr }) => {
    return new Promise<CommandResult>((resolve, reject) => {
      const stdout: Buffer[] = []
      let size = 0
      const onAbort = (): void => stop(signal.reason)
      const stop = (error: unknown): void => {
        signal.removeEventListener('abort', onAbort)
        // No signal is sent over a channel whose input has ended. sshd counts the command until it has ended by itself.
        channel.close()
        reject(error)
      }
      signal.addEventListener('abort', onAbort, { once: true })
      channel.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size <= largestOutput) stdout.push(chunk)
        else
          stop(
            new ProblemError({ code: 'COMMAND_FAILED', details: { host, command, reason: tooMuchOutput } }),
          )
      })
      channel.on('close', () => {
        signal.removeEventListener('abort', onAbort)
        if (connection.hasEnded()) reject(lostProblem(host, connection))
        else resolve({ status: status(), stdout: Buffer.concat(stdout).toString('utf8'), stderr: stderr() })
      })
      channel.end(input)
      channel.resume()
    })
  })
}

export interface StartOptions {
  /** Called once, when the command is over for whatever reason. */
  onClose(): void
  /** Turns a command's end into a problem for the reader of its stream; without it every end is a proper one. */
  whyFailed?(status: number | null, stderr: string): ProblemError | undefined
}

/** Starts a command and leaves it running. */
export async function startOver(
  host: string,
  connection: SshConnection,
  command: RemoteCommand,
  signal: AbortSignal,
  options: StartOptions,
): Promise<CommandSession> {
  return openCommand(host, connection, command, signal, ({ channel, status, stderr, token }) => {
    const ended = new Promise<number | null>((resolve) => {
      const onOver = (): void => {
        forget()
        options.onClose()
        resolve(status())
      }
      const forget = connection.onEnd(onOver)
      channel.on('close', onOver)
    })
    const stream = streamFromChannel(channel, {
      endsWithChannel: true,
      onLost: connection.onEnd,
      whyBroken: () =>
        connection.hasEnded() ? lostProblem(host, connection) : options.whyFailed?.(status(), stderr()),
    })
    const close = (): void => void stream.destroy()
    const giveUp = (): void => {
      // TERM is too little: sudo keeps it for the command that it has not started yet.
      channel.signal('KILL')
      close()
    }
    return { stream, token, stderr, ended, close, giveUp }
  })
}
