import net from 'node:net'
import type { Duplex } from 'node:stream'
import type { Logger } from 'pino'
import type { Client } from 'ssh2'
import { type HostKeyPin, judgeHostKey, type SeenHostKey } from '../../../domain/host-key.ts'
import { ProblemError } from '../../../domain/problem-error.ts'
import { renderEndpoint } from '../../../domain/ssh-config.ts'
import { renderForeignText } from '../limit.ts'
import type { TimeLimits } from '../time-limits.ts'
import { openAgent } from './agent.ts'
import type { AgentWaits } from './agent-waits.ts'
import { findCandidates } from './candidates.ts'
import { openChannel } from './channel.ts'
import { algorithmsForKeyType, describeHostKey, observeKnownHosts, renderFingerprint } from './host-keys.ts'
import type { Keyring } from './keyring.ts'
import { failUnreachable, login } from './login.ts'
import { createLoginShell, type LoginShell } from './login-shell.ts'
import type { ResolvedServer } from './resolve.ts'

/** A host key that was accepted and proven by the server. */
export interface AcceptedHostKey {
  /** The address and port to pin the key under: `203.0.113.7:22`, `[2001:db8::1]:22`. */
  readonly endpoint: string
  readonly keyType: string
  readonly fingerprint: string
  readonly source: 'pinned' | 'known-hosts'
}

export interface ConnectionOptions {
  readonly host: string
  /** The servers to go through, the target last. */
  readonly route: readonly ResolvedServer[]
  /** By endpoint; looked at anew for every connection. */
  readonly pinned: ReadonlyMap<string, HostKeyPin>
  /** Fingerprints that the operator has just accepted, of whichever server of the route. */
  readonly accepted?: readonly string[]
  readonly keyring: Keyring
  readonly agentWaits: AgentWaits
  /** Called for whatever a server says during its login. */
  onHeard(): void
  readonly timeLimits: TimeLimits
  onHostKey?(key: AcceptedHostKey): void
  readonly log: Logger
  readonly signal: AbortSignal
}

/** A logged-in connection to the target of a route. */
export interface SshConnection {
  readonly client: Client
  readonly user: string
  readonly endpoint: string
  readonly shell: LoginShell
  readonly ended: Promise<void>
  hasEnded(): boolean
  /** Calls back once when the connection ends. @returns takes that back */
  onEnd(callback: () => void): () => void
  close(): void
}

/** One server that was logged in to, with the byte stream beneath. */
interface Entered {
  readonly client: Client
  readonly stream: Duplex
}

const goodbyeMs = 300

/**
 * Connects through every server of the route; each hop's own host key is verified before anything is sent to it.
 * @throws ProblemError HOST_UNREACHABLE, SSH_TOO_OLD, HOST_KEY_UNKNOWN, HOST_KEY_CHANGED, LOGIN_REFUSED, LOGIN_METHODS,
 *   AGENT_SILENT, AGENT_REFUSED, IDENTITY_UNREADABLE, PASSPHRASE_NEEDED, PASSPHRASE_WRONG
 */
export async function openConnection(options: ConnectionOptions): Promise<SshConnection> {
  const entered: Entered[] = []
  let hasEnded = false
  const closeAll = (): void => {
    hasEnded = true
    // From the target to the first hop: each says goodbye through the ones before it.
    for (const { client } of entered.toReversed()) client.end()
    // A dead peer never answers that, and a half-closed socket would keep this program from ending.
    setTimeout(() => {
      for (const { stream } of entered) stream.destroy()
    }, goodbyeMs).unref()
  }
  const listeners = new Set<() => void>()
  const ended = new Promise<void>((resolve) => listeners.add(resolve))
  try {
    for (const server of options.route) {
      const next = await enter(server, entered.at(-1)?.client, options)
      entered.push(next)
      // The server may say goodbye a moment before the socket closes; nothing can be opened from then on.
      next.client.once('end', () => {
        hasEnded = true
      })
      next.client.once('close', () => {
        closeAll()
        for (const listener of listeners) listener()
        listeners.clear()
      })
      if (hasEnded)
        failUnreachable(options.host, endpointOf(server), 'the connection was lost during the login')
    }
  } catch (error) {
    closeAll()
    throw error
  }
  const target = options.route.at(-1)
  const client = entered.at(-1)?.client
  if (target === undefined || client === undefined) throw new TypeError('a route has at least one server')
  return {
    client,
    user: target.user,
    endpoint: endpointOf(target),
    shell: createLoginShell(options.host, target.user, options.timeLimits.beginMs),
    ended,
    hasEnded: () => hasEnded,
    onEnd: (callback) => {
      listeners.add(callback)
      return () => void listeners.delete(callback)
    },
    close: closeAll,
  }
}

const endpointOf = (server: ResolvedServer): string => renderEndpoint(server.hostname, server.port)

async function enter(
  server: ResolvedServer,
  via: Client | undefined,
  options: ConnectionOptions,
): Promise<Entered> {
  const { host, keyring, signal, log } = options
  const endpoint = endpointOf(server)
  const pin = options.pinned.get(endpoint)
  const known = await observeKnownHosts(server, signal)
  const preferredTypes = pin === undefined ? known.map((entry) => entry.keyType) : [pin.keyType ?? '']
  const prefer = [...new Set(preferredTypes)].flatMap(algorithmsForKeyType)

  const shown: SeenHostKey[] = []
  for (;;) {
    let accepted: AcceptedHostKey | undefined
    const judge = (key: Buffer): ProblemError | undefined => {
      const seen = describeHostKey(key)
      const render = (text: string): string => renderFingerprint(Buffer.from(text, 'base64'))
      const verdict = judgeHostKey(seen, pin, known, render, options.accepted)
      const { keyType, fingerprint } = seen
      shown.push(seen)
      switch (verdict.kind) {
        case 'known':
          accepted = { endpoint, keyType, fingerprint, source: verdict.source }
          return undefined
        case 'unknown':
          return new ProblemError({
            code: 'HOST_KEY_UNKNOWN',
            details: { host, address: endpoint, keyType, fingerprint },
          })
        case 'changed':
          return new ProblemError({
            code: 'HOST_KEY_CHANGED',
            details: { host, address: endpoint, pinned: verdict.expected, keyType, fingerprint },
          })
      }
    }
    const avoid = shown.flatMap((seen) => algorithmsForKeyType(seen.keyType))
    const first = shown[0]
    const agent =
      server.agentSocket === undefined ? undefined : openAgent(server.agentSocket, options.agentWaits)
    try {
      const { agentFirstMs } = options.timeLimits
      const candidates = await findCandidates({ host, server, keyring, agent, agentFirstMs })
      const stream = via === undefined ? await openTcp(server, options) : await openHop(server, via, options)
      const client = await login({
        host,
        endpoint,
        user: server.user,
        stream,
        prefer: prefer.filter((algorithm) => !avoid.includes(algorithm)),
        avoid,
        candidates,
        judge,
        isAsking: keyring.isAsking,
        agentWaits: options.agentWaits,
        onHeard: options.onHeard,
        timeLimits: options.timeLimits,
        signal,
      })
      if (accepted !== undefined) options.onHostKey?.(accepted)
      log.debug({ endpoint, keyType: accepted?.keyType }, 'logged in')
      return { client, stream }
    } catch (error) {
      const code = error instanceof ProblemError ? error.problem.code : undefined
      // A server has several keys and a pin without a type may mean any of them: see the others before calling it a change.
      const mayShowOther = pin !== undefined && pin.keyType === undefined && shown.length < 5
      if (code === 'HOST_KEY_CHANGED' && mayShowOther && !avoid.includes('rsa-sha2-512')) continue
      if (
        first !== undefined &&
        pin !== undefined &&
        (code === 'HOST_UNREACHABLE' || code === 'HOST_KEY_CHANGED' || code === 'SSH_TOO_OLD')
      ) {
        // No further key was to be had, or none that fits: the first shown is what the operator should hear of.
        const { keyType, fingerprint } = first
        const details = { host, address: endpoint, pinned: pin.fingerprint, keyType, fingerprint }
        throw new ProblemError({ code: 'HOST_KEY_CHANGED', details }, { cause: error })
      }
      throw error
    } finally {
      agent?.close()
    }
  }
}

function openTcp(server: ResolvedServer, options: ConnectionOptions): Promise<Duplex> {
  const { hostname, port } = server
  const { connectMs } = options.timeLimits
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host: hostname, port, noDelay: true })
    const stop = (reason: string, cause?: unknown): void => {
      clearTimeout(timer)
      options.signal.removeEventListener('abort', onAbort)
      socket.destroy()
      const details = { host: options.host, address: endpointOf(server), reason }
      reject(new ProblemError({ code: 'HOST_UNREACHABLE', details }, { cause }))
    }
    const timer = setTimeout(() => stop(`no answer in ${connectMs / 1000} s`), connectMs)
    const onAbort = (): void => stop('the attempt was given up')
    options.signal.addEventListener('abort', onAbort, { once: true })
    const onError = (error: NodeJS.ErrnoException): void => stop(describeConnectError(error), error)
    socket.once('error', onError)
    socket.once('connect', () => {
      clearTimeout(timer)
      options.signal.removeEventListener('abort', onAbort)
      socket.off('error', onError)
      resolve(socket)
    })
    if (options.signal.aborted) onAbort()
  })
}

async function openHop(server: ResolvedServer, via: Client, options: ConnectionOptions): Promise<Duplex> {
  const { hostname, port } = server
  const { connectMs } = options.timeLimits
  const timeout = AbortSignal.timeout(connectMs)
  try {
    return await openChannel(
      (done) => via.forwardOut('127.0.0.1', 0, hostname, port, done),
      AbortSignal.any([timeout, options.signal]),
    )
  } catch (error) {
    const reason = timeout.aborted
      ? `no answer in ${connectMs / 1000} s through the jump host`
      : `the jump host says: ${renderForeignText(String(error instanceof Error ? error.message : error))}`
    return failUnreachable(options.host, endpointOf(server), reason, error)
  }
}

function describeConnectError(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'ECONNREFUSED':
      return 'nothing listens there (connection refused), or a firewall limits new connections, as `ufw limit` does for 30 s'
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'the name is not known to DNS'
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return 'there is no way to that address'
    case 'ETIMEDOUT':
      return 'no answer'
    default:
      return error.code ?? renderForeignText(error.message)
  }
}
