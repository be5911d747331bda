import type { Duplex } from 'node:stream'
import { ProblemError } from '../../../domain/problem-error.ts'
import { renderForeignText } from '../limit.ts'
import type { CommandResult, CommandSession } from '../link.ts'
import { dockerSocketPath } from '../remote-commands.ts'
import { openChannel, streamFromChannel } from './channel.ts'
import { lostProblem } from './commands.ts'
import type { SshConnection } from './connection.ts'

/** Docker's API over one SSH connection. */
export interface DockerDoor {
  open(signal: AbortSignal): Promise<Duplex>
  kind(): 'stream-local' | 'dial-stdio'
}

export interface DockerDoorOptions {
  readonly host: string
  readonly connection: SshConnection
  /** Runs a Python script as the ordinary user. */
  observe(script: string, signal: AbortSignal): Promise<CommandResult>
  /** Starts `docker system dial-stdio`; `whyFailed` says what a failure means to whoever reads the stream. */
  startDial(
    signal: AbortSignal,
    whyFailed: (status: number | null, stderr: string) => ProblemError | undefined,
  ): Promise<CommandSession>
}

/** `env`'s and a shell's status for a program that is not there: `/usr/bin/env: 'docker': No such file or directory` */
const notFound = 127

/**
 * sshd answers "open failed" alike when forwarding is forbidden, when there is no socket and when the user may not
 * use it (measured with OpenSSH 9.2). So the user's own connect() is asked for its error.
 */
const probeScript = `
import errno, socket
door = socket.socket(socket.AF_UNIX)
door.settimeout(3)
try:
    door.connect(${JSON.stringify(dockerSocketPath)})
    print("open")
except OSError as error:
    print(errno.errorcode.get(error.errno, "unknown"))
`

/**
 * Forwards the socket itself where the server allows it, else goes through `docker system dial-stdio`.
 * @throws ProblemError DOCKER_DENIED, DOCKER_UNREACHABLE, HOST_UNREACHABLE; the stream DOCKER_CLIENT_MISSING
 */
export function createDockerDoor(options: DockerDoorOptions): DockerDoor {
  const { host, connection } = options
  let kind: 'unknown' | 'stream-local' | 'dial-stdio' = 'unknown'

  const forward = async (signal: AbortSignal): Promise<Duplex> => {
    const channel = await openChannel(
      (done) => connection.client.openssh_forwardOutStreamLocal(dockerSocketPath, done),
      signal,
    )
    return streamFromChannel(channel, {
      endsWithChannel: false,
      onLost: connection.onEnd,
      whyBroken: () => (connection.hasEnded() ? lostProblem(host, connection) : undefined),
    })
  }
  const whyFailed = (status: number | null, stderr: string): ProblemError | undefined => {
    if (status === 0) return undefined
    // From Debian 13 on it is a package of its own, and a Docker may be there without it.
    if (status === notFound) return new ProblemError({ code: 'DOCKER_CLIENT_MISSING', details: { host } })
    return unreachable(renderForeignText(stderr) || 'docker system dial-stdio ended')
  }
  const dial = async (signal: AbortSignal): Promise<Duplex> =>
    (await options.startDial(signal, whyFailed)).stream
  const unreachable = (reason: string): ProblemError =>
    new ProblemError({ code: 'DOCKER_UNREACHABLE', details: { host, reason } })

  return {
    kind: () => (kind === 'dial-stdio' ? kind : 'stream-local'),
    async open(signal) {
      if (kind === 'dial-stdio') return dial(signal)
      try {
        const stream = await forward(signal)
        kind = 'stream-local'
        return stream
      } catch (error) {
        if (signal.aborted || error instanceof ProblemError) throw error
        if (connection.hasEnded()) throw lostProblem(host, connection)
      }
      const { status, stdout } = await options.observe(probeScript, signal)
      const found = status === 0 ? stdout.trim() : 'no answer'
      switch (found) {
        case 'EACCES':
        case 'EPERM':
          throw new ProblemError({ code: 'DOCKER_DENIED', details: { host, user: connection.user } })
        case 'ENOENT':
          throw unreachable(`there is no ${dockerSocketPath}`)
        case 'ECONNREFUSED':
          throw unreachable(`nothing listens on ${dockerSocketPath}`)
        case 'open':
          // It worked before, so forwarding is not forbidden: the daemon was restarting a moment ago.
          if (kind === 'stream-local')
            return forward(signal).catch(() => Promise.reject(unreachable('it restarts')))
          break
        default:
          if (kind === 'stream-local') throw unreachable(`connecting to ${dockerSocketPath} failed`)
      }
      const stream = await dial(signal)
      kind = 'dial-stdio'
      return stream
    },
  }
}
