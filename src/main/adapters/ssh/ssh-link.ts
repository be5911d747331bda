import type { Logger } from 'pino'
import type { HostKeyPin } from '../../../domain/host-key.ts'
import { ProblemError } from '../../../domain/problem-error.ts'
import { withLimit } from '../limit.ts'
import type { CallOptions, Link } from '../link.ts'
import { type TimeLimits, usualTimeLimits } from '../time-limits.ts'
import { type AgentQuestion, createAgentWaits } from './agent-waits.ts'
import type { runOver, StartOptions, startOver } from './commands.ts'
import type { AcceptedHostKey, SshConnection } from './connection.ts'
import { createDockerDoor, type DockerDoor } from './docker-door.ts'
import { createHelperStarts } from './helper-starts.ts'
import { keepOpen } from './keep-open.ts'
import { createKeyring } from './keyring.ts'
import { createPortDoor, type PortDoor } from './port-door.ts'
import { type ResolvedServer, resolveRoute, type SshTarget } from './resolve.ts'
import { createSessions } from './sessions.ts'
import { createSlots } from './slots.ts'

export interface SshLinkOptions {
  /** The panel's name of the host, for problems. */
  readonly host: string
  readonly target: SshTarget
  /**
   * The accepted host keys by endpoint (`203.0.113.7:22`), those of jump hosts too. It is looked at anew for every
   * connection: after HOST_KEY_UNKNOWN the caller may add the key to its map and call `connect` again.
   */
  readonly pinned: ReadonlyMap<string, HostKeyPin>
  /** Fingerprints that the operator has just accepted, of whichever server of the route. */
  readonly accepted?: readonly string[]
  /** Asks for a key's passphrase; undefined when nobody can be asked. */
  readPassphrase(identityFile: string): Promise<string | undefined>
  /** Told when an SSH agent has not answered for a while: somebody should look at what it asks. */
  onAgentWait?(question: AgentQuestion, isStill: () => boolean): void
  /** Told for every server of the route after each login, so that its key can be pinned. */
  onHostKey?(key: AcceptedHostKey): void
  /** Told for every connection what OpenSSH's configuration made of the target. */
  onRoute?(route: readonly ResolvedServer[]): void
  /** Another configuration instead of ~/.ssh/config, as with `ssh -F`. */
  readonly configFile?: string
  readonly timeLimits?: TimeLimits
  readonly log: Logger
}

/** A server on the other side of the world answers in half a second; behind bad radio in two or three. */
const longestRoundTripMs = 5_000

interface OpenLink extends SshConnection {
  readonly docker: DockerDoor
  readonly ports: PortDoor
}

/**
 * At once: commands, and streams through `docker system dial-stdio` or a relay to a port; with those of helper-starts.ts, which no command may
 * hold up, under sshd's MaxSessions of 10.
 */
const commandSlots = 3
const dialSlots = 4

/**
 * A host over SSH. All calls share one connection, which is opened on demand and opened again by itself after a loss. Only
 * a helper that takes access away has one of its own, where others hang.
 * @example openSshLink({ host: 'web', target: { address: '203.0.113.7', user: 'ann' }, pinned, readPassphrase, log })
 */
export function openSshLink(options: SshLinkOptions): Link {
  const { host, log, timeLimits = usualTimeLimits } = options
  const keyring = createKeyring(options.readPassphrase)
  const onSlow = options.onAgentWait ?? (() => {})
  const agentWaits = createAgentWaits({ host, timeLimits, onSlow })
  /** When a server of the route last said something during the login, on the monotonic clock in milliseconds. */
  let heardAt = Number.NEGATIVE_INFINITY
  // The steps of a login have limits of their own: a call does not count them while they follow each other.
  const isLoggingIn = (): boolean => kept.isOpening() && performance.now() - heardAt < longestRoundTripMs
  const isPaused = (): boolean => keyring.isAsking() || agentWaits.isWaiting() || isLoggingIn()
  const commands = createSlots(commandSlots)
  const dials = createSlots(dialSlots)
  const listeners = new Set<() => void>()
  let address = options.target.address

  const run = async (...[connection, command, input, signal]: RunArguments) => {
    const release = await commands.take(signal)
    return sessions.run(connection, command, input, signal).finally(release)
  }
  const start = async (
    slots: typeof commands,
    ...[connection, command, signal, whyFailed]: StartArguments
  ) => {
    const release = await slots.take(signal)
    try {
      return await sessions.start(connection, command, signal, {
        onClose: release,
        ...(whyFailed === undefined ? {} : { whyFailed }),
      })
    } catch (error) {
      release()
      throw error
    }
  }

  const dial = async (signal: AbortSignal): Promise<SshConnection> => {
    const { target, configFile, pinned, accepted = [], onHostKey } = options
    const route = await resolveRoute(target, { configFile, log, signal })
    options.onRoute?.(route)
    // Loaded when a server is asked: ssh2 is a tenth of the start of a command that asks none.
    const { openConnection } = await import('./connection.ts')
    return openConnection({
      host,
      route,
      pinned,
      accepted,
      keyring,
      agentWaits,
      onHeard: () => {
        heardAt = performance.now()
      },
      timeLimits,
      log,
      signal,
      ...(onHostKey === undefined ? {} : { onHostKey }),
    })
  }
  const mayRetry = (error: unknown): boolean =>
    error instanceof ProblemError && error.problem.code === 'HOST_UNREACHABLE'
  let refusedBeside = false
  const openOwn = async (signal: AbortSignal): Promise<SshConnection> => {
    try {
      return await dial(signal)
    } catch (error) {
      // A caller who gave up says nothing of the login.
      if (!signal.aborted) refusedBeside = !mayRetry(error)
      throw error
    }
  }
  const sessions = createSessions({ host, openOwn })
  const helpers = createHelperStarts({ host, timeLimits, openOwn, sessions })

  const kept = keepOpen<OpenLink>({
    async open(signal) {
      const connection = await dial(signal)
      address = connection.endpoint
      const docker = createDockerDoor({
        host,
        connection,
        observe: (script, within) => run(connection, 'observe', script, within),
        startDial: (within, whyFailed) => start(dials, connection, 'dialDocker', within, whyFailed),
      })
      const ports = createPortDoor({
        host,
        connection,
        startRelay: (within, whyFailed) => start(dials, connection, 'relayPort', within, whyFailed),
      })
      return { ...connection, docker, ports }
    },
    mayRetry,
    closedError: () =>
      new ProblemError({
        code: 'HOST_UNREACHABLE',
        details: { host, address, reason: 'its connection was closed here' },
      }),
    onOpened: () => {
      for (const listener of listeners) listener()
    },
    onRetry: (delayMs) => log.info({ host, delayMs }, 'not connected, trying again later'),
  })

  const whyLate = () => kept.current()?.shell.whyLate()
  const within = <T>(
    action: string,
    { timeoutMs = timeLimits.callMs, signal }: CallOptions,
    work: (link: OpenLink, signal: AbortSignal) => Promise<T>,
  ): Promise<T> =>
    withLimit({ host, action, timeoutMs, signal, isPaused, whyLate }, async (inner) => {
      const link = await kept.get()
      if (inner.aborted) throw inner.reason
      return work(link, inner)
    })

  return {
    host,
    connect: (call = {}) => within('connect', call, async () => undefined),
    openDocker: (call = {}) =>
      within('open the Docker socket', call, (link, signal) => link.docker.open(signal)),
    openPort: (port, call = {}) =>
      within(`open port ${port}`, call, (link, signal) => link.ports.open(port, signal)),
    run: (command, input, call = {}) =>
      within(`run ${command}`, call, (link, signal) => run(link, command, input, signal)),
    start: (command, { isUrgent = false, isBeside = false, ...call } = {}) =>
      within(`start ${command}`, call, async (link, signal) => {
        if (command !== 'helper') return start(commands, link, command, signal)
        const session = await helpers.start(link, { isUrgent, isBeside }, signal)
        if (isUrgent) refusedBeside = false
        return session
      }).catch((error: unknown) => {
        if (command !== 'helper') throw error
        return helpers.describeWait(error)
      }),
    info: () => {
      const link = kept.current()
      const docker = link?.docker.kind() ?? 'stream-local'
      const refused = kept.isRefused()
      const login = link?.shell.seen() ?? null
      const waits = agentWaits.problem()?.problem
      const [connected, isRelayed] = [link !== undefined, link?.ports.kind() === 'relay']
      const isCrowded = link !== undefined && sessions.isCrowded(link)
      const seen = { connected, refused, refusedBeside, docker, login }
      return {
        kind: 'ssh',
        ...seen,
        ...(waits && { waits }),
        ...(isRelayed && { isRelayed }),
        ...(isCrowded && { isCrowded }),
      }
    },
    onConnect(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: async () => {
      kept.close()
      helpers.close()
      sessions.close()
    },
  }
}

type RunArguments = [
  connection: SshConnection,
  command: Parameters<typeof runOver>[2],
  input: string,
  signal: AbortSignal,
]
type StartArguments = [
  connection: SshConnection,
  command: Parameters<typeof startOver>[2],
  signal: AbortSignal,
  whyFailed?: StartOptions['whyFailed'],
]
