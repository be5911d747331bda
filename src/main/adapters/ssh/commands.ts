import type { ClientChannel } from 'ssh2'
import { fail, ProblemError } from '../../../domain/problem-error.ts'
import type { CommandResult, CommandSession } from '../link.ts'
import { appendStderr, largestOutput, tooMuchOutput } from '../output.ts'
import { type RemoteCommand, renderShellCommand } from '../remote-commands.ts'
import { openChannel, streamFromChannel } from './channel.ts'
import type { SshConnection } from './connection.ts'

/** A started command: its channel, and its exit status once that is known (null when a signal ended it). */
interface OpenedCommand {
  readonly channel: ClientChannel
  status(): number | null
}

/**
 * Opens the command's channel; what cannot be started at all is told as COMMAND_FAILED. The exit status is listened for
 * in the very callback that brings the channel: a short command's end often arrives in the same packet as its start,
 * and whoever listens later has missed it.
 */
async function openCommand(
  host: string,
  connection: SshConnection,
  command: RemoteCommand,
  signal: AbortSignal,
): Promise<OpenedCommand> {
  let status: number | null = null
  try {
    const channel = await openChannel(
      (done) =>
        connection.client.exec(renderShellCommand(command), (error, opened) => {
          opened?.once('exit', (code: number | null) => {
            status = code
          })
          done(error, opened)
        }),
      signal,
    )
    return { channel, status: () => status }
  } catch (error) {
    if (error instanceof ProblemError) throw error
    if (connection.hasEnded()) throw lostProblem(host, connection)
    return fail(
      { code: 'COMMAND_FAILED', details: { host, command, reason: 'the server did not start it' } },
      error,
    )
  }
}

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
  const { channel, status } = await openCommand(host, connection, command, signal)
  return new Promise((resolve, reject) => {
    const stdout: Buffer[] = []
    let size = 0
    let stderr = ''
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
        stop(new ProblemError({ code: 'COMMAND_FAILED', details: { host, command, reason: tooMuchOutput } }))
    })
    channel.stderr.on('data', (chunk: Buffer) => {
      stderr = appendStderr(stderr, chunk)
    })
    channel.on('close', () => {
      signal.removeEventListener('abort', onAbort)
      if (connection.hasEnded()) reject(lostProblem(host, connection))
      else resolve({ status: status(), stdout: Buffer.concat(stdout).toString('utf8'), stderr })
    })
    channel.end(input)
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
  const { channel, status } = await openCommand(host, connection, command, signal)
  let stderr = ''
  channel.stderr.on('data', (chunk: Buffer) => {
    stderr = appendStderr(stderr, chunk)
  })
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
      connection.hasEnded() ? lostProblem(host, connection) : options.whyFailed?.(status(), stderr),
  })
  const close = (): void => void stream.destroy()
  const giveUp = (): void => {
    // TERM is too little: sudo keeps it for the command that it has not started yet.
    channel.signal('KILL')
    close()
  }
  return { stream, stderr: () => stderr, ended, close, giveUp }
}
