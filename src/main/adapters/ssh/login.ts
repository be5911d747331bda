import type { Duplex } from 'node:stream'
import ssh2, { type Client, type ConnectConfig, type ServerHostKeyAlgorithm } from 'ssh2'
import { fail, ProblemError } from '../../../domain/problem-error.ts'
import { renderForeignText } from '../limit.ts'
import type { TimeLimits } from '../time-limits.ts'
import { type Candidate, presentAsAgent } from './candidates.ts'

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
  readonly candidates: readonly Candidate[]
  /** @returns the problem with the key, or undefined when it is the right one. Nothing is authenticated before. */
  judge(key: Buffer): ProblemError | undefined
  isAsking(): boolean
  readonly timeLimits: TimeLimits
  readonly signal: AbortSignal
}

/**
 * Verifies the server and logs in with public keys.
 * @throws ProblemError what `judge` returns, LOGIN_REFUSED, PASSPHRASE_NEEDED, PASSPHRASE_WRONG, SSH_TOO_OLD,
 *   HOST_UNREACHABLE
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
  const tooOld = (lacks: string, cause: unknown): ProblemError =>
    new ProblemError({ code: 'SSH_TOO_OLD', details: { host, address: endpoint, lacks } }, { cause })
  const refused = (cause?: unknown): ProblemError =>
    loginProblem ?? new ProblemError({ code: 'LOGIN_REFUSED', details: { host, user, tried } }, { cause })

  return new Promise<Client>((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined
    const arm = (ms: number, reason: string): void => {
      clearTimeout(timer)
      timer = setTimeout(() => {
        if (options.isAsking()) arm(ms, reason)
        else stop(unreachable(reason))
      }, ms)
    }
    // One step of the login: sshd may look up names or ask PAM.
    const armStep = (): void => arm(loginStepMs, `the login did not go on for ${loginStepMs / 1_000} s`)
    let isSettled = false
    const settle = (): void => {
      isSettled = true
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
    }
    const stop = (problem: unknown): void => {
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
      if (isExchanged && isRefusal(error)) return stop(refused(error))
      const lacks = describeLack(error.message)
      if (lacks !== undefined) return stop(tooOld(lacks, error))
      stop(unreachable(describeFailure(error), error))
    })
    client.on('handshake', () => {
      // It is said again whenever the keys of a long connection are renewed.
      if (isSettled) return
      isExchanged = true
      armStep()
    })
    client.on('close', () =>
      stop(keyProblem ?? loginProblem ?? unreachable('the server closed the connection')),
    )
    client.on('ready', () => {
      settle()
      resolve(client)
    })

    const remaining = [...options.candidates]
    const offerNext = async (): Promise<ReturnType<typeof offer> | false> => {
      for (;;) {
        const candidate = remaining.shift()
        if (candidate === undefined) return false
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
      return {
        type: 'agent' as const,
        username: user,
        agent: presentAsAgent(candidate, publicKey, onProblem),
      }
    }

    arm(keyExchangeMs, `no SSH server answered in ${keyExchangeMs / 1_000} s`)
    const { prefer, avoid } = options
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
        // The types leave out that ssh2 gives null the first time, and takes false for "no more".
        const methods: readonly string[] | null = methodsLeft
        const give = next as (method: ReturnType<typeof offer> | false) => void
        if (methods !== null && !methods.includes('publickey')) return give(false)
        // A failure in between would end the whole program as a rejection that nobody awaits.
        offerNext().then(give).catch(stop)
      },
    }
    try {
      client.connect(config)
    } catch (error) {
      stop(unreachable('the SSH handshake could not be started', error))
    }
  })
}

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

function describeFailure(error: Error & { code?: unknown }): string {
  switch (error.code) {
    case 'ECONNRESET':
    case 'EPIPE':
      return 'the server closed the connection'
    default:
      return renderForeignText(error.message)
  }
}

/** @throws ProblemError HOST_UNREACHABLE */
export function failUnreachable(host: string, address: string, reason: string, cause?: unknown): never {
  return fail({ code: 'HOST_UNREACHABLE', details: { host, address, reason } }, cause)
}
