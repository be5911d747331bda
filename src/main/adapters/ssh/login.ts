import type { Duplex } from 'node:stream'
import ssh2, { type AnyAuthMethod, type Client, type ConnectConfig, type ServerHostKeyAlgorithm } from 'ssh2'
import { fail, ProblemError } from '../../../domain/problem-error.ts'
import { renderForeignText } from '../limit.ts'
import type { TimeLimits } from '../time-limits.ts'
import type { AgentWaits } from './agent-waits.ts'
import { type Candidate, type Candidates, presentAsAgent } from './candidates.ts'

/** Everything for one SSH handshake over a byte stream that is already there. */
export interface LoginOptions {
  /** The panel's name of the host, for problems. */
  readonly host: string
  readonly endpoint: string
  readonly user: string
  readonly stream: Duplex
  /** Host key algorithms to ask for first, or not at all; the rest of the list stays as it is. */
  readonly prefer: readonly ServerHostKeyAlgorithm[]
  readonly avoid: readonly ServerHostKeyAlgorithm[]
  readonly candidates: Candidates
  /** @returns the problem with the key, or undefined when it is the right one. Nothing is authenticated before. */
  judge(key: Buffer): ProblemError | undefined
  /** Whether somebody is being asked for a passphrase. */
  isAsking(): boolean
  readonly agentWaits: AgentWaits
  /** Called for whatever the server says during the login. */
  onHeard(): void
  readonly timeLimits: TimeLimits
  readonly signal: AbortSignal
}

/**
 * Verifies the server and logs in with public keys.
 * @throws ProblemError what `judge` returns, LOGIN_REFUSED, LOGIN_METHODS, AGENT_SILENT, AGENT_REFUSED, IDENTITY_UNREADABLE,
 *   PASSPHRASE_NEEDED, PASSPHRASE_WRONG, SSH_TOO_OLD, HOST_UNREACHABLE
 */
export function login(options: LoginOptions): Promise<Client> {
  const { host, endpoint, user, stream, signal } = options
  const { keyExchangeMs, loginStepMs, keepaliveMs } = options.timeLimits
  const client = new ssh2.Client()
  const tried: string[] = []
  let keyProblem: ProblemError | undefined
  let loginProblem: ProblemError | undefined
  let isExchanged = false

  const unreachable = (reason: string, cause?: unknown): ProblemError =>
    new ProblemError({ code: 'HOST_UNREACHABLE', details: { host, address: endpoint, reason } }, { cause })
  /** The first bytes of a server that says something else than its version, as `Not allowed at this time` */
  let greeting = ''
  const shutOut = (cause?: unknown): ProblemError => {
    const words = renderForeignText(greeting, 80)
    const reason = `it closed the connection before SSH began${words === '' ? '' : `, with the words "${words}"`}`
    const details = { host, address: endpoint, reason, shutOut: true }
    return new ProblemError({ code: 'HOST_UNREACHABLE', details }, { cause })
  }
  const closed = (cause?: unknown): ProblemError =>
    isExchanged || greeting.startsWith('SSH-')
      ? unreachable('the server closed the connection', cause)
      : shutOut(cause)
  const tooOld = (lacks: string, cause: unknown): ProblemError =>
    new ProblemError({ code: 'SSH_TOO_OLD', details: { host, address: endpoint, lacks } }, { cause })
  const refused = (cause?: unknown): ProblemError => {
    if (loginProblem !== undefined) return loginProblem
    const unusable = options.candidates.unusable().slice(0, mostUnusable)
    const more = unusable.length === 0 ? {} : { unusable }
    return new ProblemError({ code: 'LOGIN_REFUSED', details: { host, user, tried, ...more } }, { cause })
  }

  return new Promise<Client>((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined
    let isSettled = false
    const arm = (ms: number, reason: string): void => {
      clearTimeout(timer)
      if (isSettled) return
      timer = setTimeout(() => {
        if (options.isAsking() || options.agentWaits.isWaiting()) arm(ms, reason)
        else stop(unreachable(reason))
      }, ms)
    }
    // One step of the login: sshd may look up names or ask PAM.
    const armStep = (): void => arm(loginStepMs, `the login did not go on for ${loginStepMs / 1_000} s`)
    const settle = (): void => {
      isSettled = true
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
    }
    const stop = (problem: unknown): void => {
      if (isSettled) return
      settle()
      client.destroy()
      stream.destroy()
      reject(problem)
    }
    const onAbort = (): void => stop(signal.reason)
    if (signal.aborted) return onAbort()
    signal.addEventListener('abort', onAbort, { once: true })

    // The listener stays for the connection's life: an 'error' without one would end the process.
    client.on('error', (error) => {
      if (error.level === 'agent') return
      if (keyProblem !== undefined) return stop(keyProblem)
      const agentProblem = options.agentWaits.problem()
      if (isExchanged && agentProblem !== undefined) return stop(agentProblem)
      if (isExchanged && isRefusal(error)) return stop(refused(error))
      const lacks = describeLack(error.message)
      if (lacks !== undefined) return stop(tooOld(lacks, error))
      const isClosed = isReset(error) || isLost.test(error.message)
      stop(isClosed ? closed(error) : unreachable(renderForeignText(error.message), error))
    })
    client.on('handshake', () => {
      // It is said again whenever the keys of a long connection are renewed.
      if (isSettled) return
      isExchanged = true
      armStep()
    })
    client.on('close', () =>
      stop(
        // A server ends a login that takes too long.
        keyProblem ?? options.agentWaits.problem() ?? loginProblem ?? closed(),
      ),
    )
    client.on('ready', () => {
      stream.off('data', options.onHeard)
      settle()
      resolve(client)
    })

    let hasAskedMethods = false
    let signedWith = ''
    /** A server that wants more than a key, or none at all, is not to be given another key. */
    const noteMethods = (methods: readonly string[]): void => {
      if (methods.includes('publickey')) return
      const wants = methods.slice(0, 5).map((method) => renderForeignText(method, 40))
      const details = { host, user, key: signedWith, wants }
      loginProblem ??= new ProblemError({ code: 'LOGIN_METHODS', details })
    }
    const offerNext = async (): Promise<AnyAuthMethod | undefined> => {
      for (;;) {
        // Each wait for a person is a step of its own.
        const candidate = await options.candidates.next().finally(armStep)
        if (candidate === undefined) return undefined
        const publicKey = await candidate.load()
        if (publicKey !== undefined) return offer(candidate, publicKey)
        loginProblem ??= new ProblemError({
          code: 'PASSPHRASE_NEEDED',
          details: { identityFile: candidate.label },
        })
      }
    }
    const offer = (candidate: Candidate, publicKey: Parameters<typeof presentAsAgent>[1]) => {
      tried.push(candidate.label)
      const onProblem = (problem: ProblemError): void => {
        // A missing passphrase passes over this key; a wrong one is told at once, while the operator is there.
        if (problem.problem.code === 'PASSPHRASE_WRONG') stop(problem)
        else loginProblem ??= problem
      }
      const sign: Candidate['sign'] = async (data, hash) => {
        const signature = await candidate.sign(data, hash).finally(armStep)
        signedWith = candidate.label
        return signature
      }
      return {
        type: 'agent' as const,
        username: user,
        agent: presentAsAgent({ ...candidate, sign }, publicKey, onProblem),
      }
    }

    arm(keyExchangeMs, `no SSH server answered in ${keyExchangeMs / 1_000} s`)
    const { prefer, avoid } = options
    stream.on('data', options.onHeard)
    stream.once('data', (chunk: Buffer) => {
      greeting = chunk.subarray(0, 200).toString('latin1')
    })
    const config: ConnectConfig = {
      username: user,
      sock: stream,
      readyTimeout: 0,
      keepaliveInterval: keepaliveMs,
      keepaliveCountMax: 3,
      algorithms: {
        // ssh2 works these off in this order; preferred ones are taken out and put back in front.
        serverHostKey: {
          remove: [signedWithSha1, ...avoid, ...prefer],
          prepend: [...prefer],
          append: [],
        },
        // Data of a server is never unpacked, because its size would not be known before.
        compress: ['none'],
      },
      hostVerifier: (key: Buffer): boolean => {
        keyProblem = options.judge(key)
        return keyProblem === undefined
      },
      authHandler: (methodsLeft, _partial, next) => {
        armStep()
        // The types leave out that ssh2 takes false for "no more".
        const give = next as (method: AnyAuthMethod | false) => void
        // ssh2 tells the methods that are left after that of a name alone, which is no key's.
        if (hasAskedMethods) {
          noteMethods(methodsLeft)
          return give(false)
        }
        // A failure in between would end the whole program as a rejection that nobody awaits.
        offerNext()
          .then((method) => {
            hasAskedMethods = method === undefined
            give(method ?? { type: 'none', username: user })
          })
          .catch(stop)
      },
    }
    try {
      client.connect(config)
    } catch (error) {
      stop(unreachable('the SSH handshake could not be started', error))
    }
  })
}

/** More are no help in one sentence. */
const mostUnusable = 3

/** Host keys proven by SHA-1 are refused: a forger of two texts with the same SHA-1 can pass for the server. */
const signedWithSha1 = 'ssh-rsa'

/**
 * The thing that both sides need and the server lacks, by ssh2's words; undefined for any other error. Samples:
 * `Handshake failed: no matching host key format`, `Handshake failed: no matching C->S compression`
 */
function describeLack(message: string): string | undefined {
  const kind = /^Handshake failed: no matching (?:C->S |S->C )?(.+)$/.exec(message)?.[1]
  switch (kind) {
    case undefined:
      return undefined
    case 'host key format':
      return 'a host key that proves itself without SHA-1'
    case 'compression':
      return 'a connection without compression'
    case 'cipher':
      return 'a cipher that is still safe'
    case 'MAC':
      return 'a check of integrity that is still safe'
    default:
      return 'a key exchange that is still safe'
  }
}

/** RFC 4253 section 11.1: 2 protocol error ("Too many authentication failures"), 14 no more methods. */
function isRefusal(error: Error & { level?: string; code?: unknown }): boolean {
  return error.level === 'client-authentication' || error.code === 2 || error.code === 14
}

const isReset = (error: Error & { code?: unknown }): boolean =>
  error.code === 'ECONNRESET' || error.code === 'EPIPE'

/** ssh2's words for a connection that ended, or that began with something else than a version. */
const isLost = /^(?:Connection lost before handshake|Invalid identification string|Invalid greeting)/

/** @throws ProblemError HOST_UNREACHABLE */
export function failUnreachable(host: string, address: string, reason: string, cause?: unknown): never {
  return fail({ code: 'HOST_UNREACHABLE', details: { host, address, reason } }, cause)
}
