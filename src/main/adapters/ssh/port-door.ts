import type { Duplex } from 'node:stream'
import { ProblemError } from '../../../domain/problem-error.ts'
import { renderForeignText } from '../limit.ts'
import type { CommandSession } from '../link.ts'
import { openChannel, streamFromChannel } from './channel.ts'
import { lostProblem } from './commands.ts'
import type { SshConnection } from './connection.ts'

/** Ports of the host's own loopback address, over one SSH connection. */
export interface PortDoor {
  /** @throws ProblemError PORT_UNREACHABLE, HOST_UNREACHABLE, COMMAND_FAILED, LOGIN_UNUSABLE; the signal's reason */
  open(port: number, signal: AbortSignal): Promise<Duplex>
  /** `relay`: through a program there, because the server forbids forwarding. */
  kind(): 'forward' | 'relay'
}

export interface PortDoorOptions {
  readonly host: string
  readonly connection: SshConnection
  /** Starts a Python that reads its script as one line. */
  startRelay(
    signal: AbortSignal,
    whyFailed: (status: number | null, stderr: string) => ProblemError | undefined,
  ): Promise<CommandSession>
}

/** Says `open`, or why not, in a line; then carries bytes until one side has closed. */
const relayScript = `
import errno, json, os, select, socket, sys
port = json.loads(sys.stdin.readline())
try:
    door = socket.create_connection(("127.0.0.1", port), 3)
except OSError as error:
    sys.exit(errno.errorcode.get(error.errno, "no answer"))
door.settimeout(None)
sys.stdout.write("open\\n")
sys.stdout.flush()
sources = [0, door]
while door in sources:
    for source in select.select(sources, [], [])[0]:
        data = os.read(0, 65536) if source == 0 else door.recv(65536)
        if not data:
            sources.remove(source)
            if source == 0:
                door.shutdown(socket.SHUT_WR)
        elif source == 0:
            door.sendall(data)
        else:
            while data:
                data = data[os.write(1, data):]
`

/** Forwards ports where the server allows it, else goes through a small program there, as the ordinary user. */
export function createPortDoor({ host, connection, startRelay }: PortDoorOptions): PortDoor {
  let kind: 'forward' | 'relay' = 'forward'

  const unreachable = (port: number, reason: string, cause?: unknown): ProblemError =>
    new ProblemError({ code: 'PORT_UNREACHABLE', details: { host, port, reason } }, { cause })

  const forward = async (port: number, signal: AbortSignal): Promise<Duplex | 'forbidden'> => {
    try {
      const channel = await openChannel(
        (done) => connection.client.forwardOut('127.0.0.1', 0, '127.0.0.1', port, done),
        signal,
      )
      return streamFromChannel(channel, {
        endsWithChannel: false,
        onLost: connection.onEnd,
        whyBroken: () => (connection.hasEnded() ? lostProblem(host, connection) : undefined),
      })
    } catch (error) {
      if (error instanceof ProblemError || signal.aborted) throw error
      if (connection.hasEnded()) throw lostProblem(host, connection)
      // RFC 4254 section 5.1: 1 administratively prohibited, 2 connect failed.
      if (error instanceof Error && 'reason' in error && error.reason === 1) return 'forbidden'
      const words = error instanceof Error ? error.message.replace(/^.*failure: /, '') : String(error)
      throw unreachable(port, renderForeignText(words), error)
    }
  }

  const relay = async (port: number, signal: AbortSignal): Promise<Duplex> => {
    // The end of the data can come before the status.
    const whyFailed = (status: number | null, stderr: string): ProblemError | undefined =>
      (status ?? 0) === 0
        ? undefined
        : unreachable(port, renderForeignText(stderr) || 'its relay there ended')
    const { stream, giveUp } = await startRelay(signal, whyFailed)
    try {
      stream.write(`${JSON.stringify(relayScript)}\n${port}\n`)
      await readGreeting(stream, signal)
      return stream
    } catch (error) {
      giveUp()
      throw error instanceof ProblemError || signal.aborted
        ? error
        : unreachable(port, 'its relay there could not be understood', error)
    }
  }

  return {
    kind: () => kind,
    async open(port, signal) {
      const stream = kind === 'relay' ? 'forbidden' : await forward(port, signal)
      if (stream !== 'forbidden') return stream
      kind = 'relay'
      return relay(port, signal)
    },
  }
}

/** Two lines, of the loader and of the script; what comes behind them stays in the stream. */
const greeting = 'ready\nopen\n'

function readGreeting(stream: Duplex, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    let seen = Buffer.alloc(0)
    const settle = (): void => {
      stream.off('readable', onReadable)
      stream.off('end', onEnd)
      stream.off('error', stop)
      signal.removeEventListener('abort', onAbort)
    }
    const stop = (error: unknown): void => {
      settle()
      reject(error)
    }
    const onEnd = (): void => stop(new Error('it ended'))
    const onAbort = (): void => stop(signal.reason)
    const onReadable = (): void => {
      seen = Buffer.concat([seen, stream.read() ?? Buffer.alloc(0)])
      const text = seen.toString('latin1')
      if (seen.length < greeting.length && greeting.startsWith(text)) return
      if (!text.startsWith(greeting)) {
        stop(new Error('another greeting'))
        return
      }
      settle()
      if (seen.length > greeting.length) stream.unshift(seen.subarray(greeting.length))
      resolve()
    }
    // A stream that was paused would not begin again for a reader of its data.
    stream.on('readable', onReadable)
    stream.on('end', onEnd)
    stream.on('error', stop)
    signal.addEventListener('abort', onAbort, { once: true })
  })
}
