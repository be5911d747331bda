import { parseStatsReply } from '../../../domain/memcached-text.ts'
import { withLimit } from '../limit.ts'
import type { CallOptions, Link } from '../link.ts'
import { exchange } from './exchange.ts'
import { refuseAnswer } from './refuse-answer.ts'

/** The kinds of statistics that are read; undefined is the general one. */
export type StatsKind = 'items' | 'slabs' | 'settings' | 'conns'

/** In bytes: `stats slabs` has some 20 lines for each of up to 64 classes, the others less but for `stats conns`. */
const largestReply = 256 * 1024
/** About 250 bytes for each of up to some thousand connections. */
const largestConns = 4 * 1024 * 1024
const askTimeoutMs = 5_000

/**
 * Statistics of the memcached behind a port of the host, names and values as memcached prints them.
 * @throws ProblemError PORT_UNREACHABLE when it does not answer, or with another error line; CONNECTIONS_TAKEN; TIMED_OUT;
 *   CANCELLED; what the link throws
 */
export function askStats(
  link: Link,
  port: number,
  kind?: StatsKind,
  { timeoutMs = askTimeoutMs, signal }: CallOptions = {},
): Promise<Readonly<Record<string, string>>> {
  const { host } = link
  let isOpen = false
  const waitsFor = () => (isOpen ? port : undefined)
  return withLimit({ host, action: 'read the statistics', timeoutMs, signal, waitsFor }, async (inner) => {
    const stream = await link.openPort(port, { signal: inner })
    isOpen = true
    const reply = await exchange(
      stream,
      kind === undefined ? 'stats' : `stats ${kind}`,
      kind === 'conns' ? largestConns : largestReply,
      readReply,
      inner,
    )
    switch (reply?.kind) {
      case undefined:
        return refuseAnswer(host, port, undefined)
      case 'stats':
        return reply.values
      case 'error':
      case 'malformed':
        return refuseAnswer(host, port, reply.line)
    }
  })
}

/** Parses only when the text can be whole, so that a long answer is not parsed for every piece. */
function readReply(text: string) {
  if (!text.endsWith('\n')) return undefined
  const isWhole = text.endsWith('END\r\n') || !text.startsWith('STAT ')
  const reply = isWhole ? parseStatsReply(text) : undefined
  return reply?.kind === 'incomplete' ? undefined : reply
}
