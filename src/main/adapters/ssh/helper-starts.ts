import { fail, ProblemError } from '../../../domain/problem-error.ts'
import type { CommandSession, StartOptions } from '../link.ts'
import type { TimeLimits } from '../time-limits.ts'
import { startOver } from './commands.ts'
import type { SshConnection } from './connection.ts'
import type { Sessions } from './sessions.ts'
import { createSlots, takeBoth } from './slots.ts'

/** Helpers at once over the connection that all calls share. */
const mostShared = 3
/** Of them: one place is left for what takes access away. */
const mostOrdinary = 2
/** Connections beside the shared one, each for one helper that takes access away. */
const mostOwn = 2
/** A helper that was closed here ends there within this time, unless it hangs. In milliseconds. */
const goneWithinMs = 1_000

export interface HelperStarts {
  /** @throws ProblemError of the connection, COMMAND_FAILED; SUDO_SILENT where places are held by starts that were given up */
  start(
    connection: SshConnection,
    which: Pick<StartOptions, 'isUrgent' | 'isBeside'>,
    signal: AbortSignal,
  ): Promise<CommandSession>
  /** Says of a place that was waited for in vain that sudo is the reason, where it is. */
  describeWait(error: unknown): never
  close(): void
}

interface HelperStartOptions {
  readonly host: string
  readonly timeLimits: Pick<TimeLimits, 'startMs'>
  /** Opens another connection to the same server. */
  openOwn(signal: AbortSignal): Promise<SshConnection>
  readonly sessions: Pick<Sessions, 'start'>
}

/**
 * Starts helpers on one host, so that what takes access away always finds a place. Measured with OpenSSH 9.2 and sudo
 * 1.9.13: sshd counts a command against MaxSessions, and answers the close of its channel, only when its process has
 * ended; the end of the connection ends that count at once, and leaves the process. The signal KILL over the channel ends
 * a sudo that hangs, because it keeps the user's real uid; TERM does not. No signal is passed by sshd before 7.9 and to
 * what a ForceCommand started, nor is one sent to a helper that has introduced itself, which may be at a change.
 *
 * So a start that is given up is killed, which nearly always frees its place. Where places are held by what goes on all
 * the same, or another urgent start seems to hang, an urgent start gets a connection of its own, which is closed with it:
 * nothing can hold a place there.
 */
export function createHelperStarts({
  host,
  timeLimits,
  openOwn,
  sessions,
}: HelperStartOptions): HelperStarts {
  const shared = createSlots(mostShared)
  const ordinary = takeBoth(createSlots(mostOrdinary), shared)
  const own = createSlots(mostOwn)
  const ownConnections = new Set<SshConnection>()
  /** Helpers over the shared connection that were closed and hang. */
  const hung = new Set<{ readonly isGivenUp: boolean }>()
  const listeners = new Set<() => void>()

  const startShared = async (
    connection: SshConnection,
    release: () => void,
    signal: AbortSignal,
    isUrgent: boolean,
  ) => {
    const state = { isGivenUp: false }
    let timer: ReturnType<typeof setTimeout> | undefined
    const onClose = (): void => {
      clearTimeout(timer)
      hung.delete(state)
      release()
    }
    // Where the server allows too few sessions, one that is urgent has a connection that it shares with nobody.
    const starting = isUrgent
      ? startOver(host, connection, 'helper', signal, { onClose })
      : sessions.start(connection, 'helper', signal, { onClose })
    const session = await starting.catch((error: unknown) => {
      release()
      throw error
    })
    let hasEnded = false
    void session.ended.then(() => {
      hasEnded = true
    })
    const watch = (): void => {
      if (timer !== undefined || hasEnded) return
      timer = setTimeout(() => {
        hung.add(state)
        for (const listener of listeners) listener()
      }, goneWithinMs)
      timer.unref()
    }
    return {
      ...session,
      close: () => {
        session.close()
        watch()
      },
      giveUp: () => {
        state.isGivenUp = true
        session.giveUp()
        watch()
      },
    }
  }

  const startOwn = async (signal: AbortSignal): Promise<CommandSession> => {
    const release = await own.take(signal)
    let connection: SshConnection | undefined
    const end = (): void => {
      if (connection !== undefined) ownConnections.delete(connection)
      connection?.close()
      release()
    }
    try {
      connection = await openOwn(signal)
      ownConnections.add(connection)
      const session = await startOver(host, connection, 'helper', signal, { onClose: end })
      const then = (work: () => void) => (): void => {
        work()
        end()
      }
      return { ...session, close: then(session.close), giveUp: then(session.giveUp) }
    } catch (error) {
      end()
      throw error
    }
  }

  /** @returns undefined where places are held by helpers that hang */
  const takeShared = async (signal: AbortSignal): Promise<(() => void) | undefined> => {
    const over = new AbortController()
    const place = shared.take(AbortSignal.any([signal, over.signal]))
    let listener = (): void => {}
    const isHung = new Promise<undefined>((resolve) => {
      listener = () => resolve(undefined)
    })
    listeners.add(listener)
    if (hung.size > 0) listener()
    try {
      const taken = await Promise.race([place, isHung])
      // A place that comes in the same moment is given back.
      if (taken === undefined) place.then((release) => release()).catch(() => {})
      return taken
    } finally {
      listeners.delete(listener)
      over.abort()
    }
  }

  const startUrgent = async (connection: SshConnection, signal: AbortSignal): Promise<CommandSession> => {
    const release = await takeShared(signal)
    if (release === undefined) return startOwn(signal)
    try {
      return await startShared(connection, release, signal, true)
    } catch (error) {
      // Sessions that hang there can have taken all that the server allows.
      const isRefused = error instanceof ProblemError && error.problem.code === 'COMMAND_FAILED'
      if (!isRefused) throw error
      return startOwn(signal)
    }
  }

  return {
    async start(connection, { isUrgent = false, isBeside = false }, signal) {
      if (!isUrgent) return startShared(connection, await ordinary.take(signal), signal, false)
      return isBeside ? startOwn(signal) : startUrgent(connection, signal)
    },
    describeWait(error) {
      const isLate = error instanceof ProblemError && error.problem.code === 'TIMED_OUT'
      if (!isLate || ![...hung].some(({ isGivenUp }) => isGivenUp)) throw error
      return fail({ code: 'SUDO_SILENT', details: { host, afterMs: timeLimits.startMs } }, error)
    },
    close() {
      for (const connection of ownConnections) connection.close()
    },
  }
}
