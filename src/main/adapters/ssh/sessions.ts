import type { CommandResult, CommandSession } from '../link.ts'
import type { RemoteCommand } from '../remote-commands.ts'
import { isRefusedSession, runOver, type StartOptions, startOver } from './commands.ts'
import type { SshConnection } from './connection.ts'
import { createSlots } from './slots.ts'

/** Connections beside the shared one, each for one session at a time, where the server allows too few over one. */
const mostBeside = 3

/** Sessions over the connection that all calls share, and over others where the server allows only few (MaxSessions). */
export interface Sessions {
  run(
    connection: SshConnection,
    command: RemoteCommand,
    input: string,
    signal: AbortSignal,
  ): Promise<CommandResult>
  start(
    connection: SshConnection,
    command: RemoteCommand,
    signal: AbortSignal,
    options: StartOptions,
  ): Promise<CommandSession>
  /** Whether the server has refused a further session over that connection. */
  isCrowded(connection: SshConnection): boolean
  close(): void
}

interface SessionOptions {
  readonly host: string
  /** Opens another connection to the same server. */
  openOwn(signal: AbortSignal): Promise<SshConnection>
}

export function createSessions({ host, openOwn }: SessionOptions): Sessions {
  const places = createSlots(mostBeside)
  const open = new WeakMap<SshConnection, number>()
  const besides = new Set<SshConnection>()
  let idle: SshConnection[] = []
  /** As many as were open when it refused another one. */
  const most = new WeakMap<SshConnection, number>()

  const count = (connection: SshConnection, change: number): void => {
    open.set(connection, (open.get(connection) ?? 0) + change)
  }

  /** @param work gets a function to be called when its session is over */
  const beside = async <T>(
    signal: AbortSignal,
    work: (connection: SshConnection, onOver: () => void) => Promise<T>,
  ): Promise<T> => {
    const release = await places.take(signal)
    for (let isFresh = false; ; isFresh = true) {
      idle = idle.filter((each) => !each.hasEnded())
      const kept = isFresh ? undefined : idle.pop()
      let connection: SshConnection | undefined
      try {
        connection = kept ?? (await openOwn(signal))
        besides.add(connection)
        const used = connection
        return await work(used, () => {
          if (used.hasEnded()) besides.delete(used)
          else idle.push(used)
          release()
        })
      } catch (error) {
        if (connection !== undefined) besides.delete(connection)
        connection?.close()
        // The session before can hold its place still.
        if (kept !== undefined && isRefusedSession(error)) continue
        release()
        throw error
      }
    }
  }

  const over = async <T>(
    connection: SshConnection,
    signal: AbortSignal,
    work: (over: SshConnection, onOver: () => void) => Promise<T>,
  ): Promise<T> => {
    const now = open.get(connection) ?? 0
    if (now >= (most.get(connection) ?? Infinity)) return beside(signal, work)
    count(connection, 1)
    try {
      return await work(connection, () => count(connection, -1))
    } catch (error) {
      count(connection, -1)
      if (!isRefusedSession(error)) throw error
      most.set(connection, now)
      return beside(signal, work)
    }
  }

  return {
    run: (connection, command, input, signal) =>
      over(connection, signal, async (used, onOver) => {
        const result = await runOver(host, used, command, input, signal)
        onOver()
        return result
      }),
    start: (connection, command, signal, options) =>
      over(connection, signal, (used, onOver) =>
        startOver(host, used, command, signal, {
          ...options,
          onClose: () => {
            onOver()
            options.onClose()
          },
        }),
      ),
    isCrowded: (connection) => most.has(connection),
    close() {
      for (const connection of besides) connection.close()
      besides.clear()
      idle = []
    },
  }
}
