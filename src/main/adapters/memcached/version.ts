import { setTimeout as pause } from 'node:timers/promises'
import { parseVersionReply } from '../../../domain/memcached-text.ts'
import { ProblemError } from '../../../domain/problem-error.ts'
import { withLimit } from '../limit.ts'
import type { CallOptions, Link } from '../link.ts'
import { exchange } from './exchange.ts'
import { refuseAnswer } from './refuse-answer.ts'

const largestReply = 1024
const askTimeoutMs = 5_000

/**
 * The version of the memcached behind a port of the host, asked through the link.
 * @throws ProblemError PORT_UNREACHABLE when nothing, or no memcached, answers; CONNECTIONS_TAKEN; TIMED_OUT; CANCELLED; what the link throws
 */
export function askVersion(link: Link, port: number, options: CallOptions = {}): Promise<string> {
  const { timeoutMs = askTimeoutMs, signal } = options
  return withLimit({ host: link.host, action: 'ask memcached for its version', timeoutMs, signal }, (inner) =>
    askOnce(link, port, inner),
  )
}

async function askOnce(link: Link, port: number, signal: AbortSignal): Promise<string> {
  const stream = await link.openPort(port, { signal })
  const reply = await exchange(
    stream,
    'version',
    largestReply,
    (text) => (text.includes('\n') ? text : undefined),
    signal,
  )
  const version = reply === undefined ? undefined : parseVersionReply(reply)
  return version ?? refuseAnswer(link.host, port, reply, 'it is no memcached, it says')
}

const firstPauseMs = 10
const longestPauseMs = 250

/**
 * Asks until memcached answers: Docker's proxy accepts connections before memcached listens.
 * @throws ProblemError TIMED_OUT when it does not answer within `withinMs`; CANCELLED; HOST_UNREACHABLE and the like at once
 */
export function awaitVersion(
  link: Link,
  port: number,
  { withinMs, signal }: { readonly withinMs: number; readonly signal?: AbortSignal },
): Promise<string> {
  const action = `wait for memcached on port ${port}`
  return withLimit({ host: link.host, action, timeoutMs: withinMs, signal }, async (inner) => {
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      try {
        return await askVersion(link, port, { signal: inner, timeoutMs: 1_000 })
      } catch (error) {
        if (inner.aborted || !isNotYet(error)) throw error
      }
      await pause(pauseMs, undefined, { signal: inner })
    }
  })
}

const isNotYet = (error: unknown): boolean =>
  error instanceof ProblemError &&
  ['PORT_UNREACHABLE', 'CONNECTIONS_TAKEN', 'TIMED_OUT'].includes(error.problem.code)
