import { setTimeout as pause } from 'node:timers/promises'
import { withLimit } from '../limit.ts'
import type { Link } from '../link.ts'
import { exchange } from './exchange.ts'
import { refuseAnswer } from './refuse-answer.ts'
import { askStats } from './stats.ts'

const largestReply = 1024
const commandTimeoutMs = 5_000
/** Shrinking moves memory page by page; 256 to 64 MB took 0.7 s where it was measured. */
const shrinkTimeoutMs = 60_000
const shrinkPauseMs = 20
const megabyte = 2 ** 20

/**
 * Sets what memcached may use, while it runs, and waits until it does. Growing is immediate. Shrinking gives memory back
 * page by page: items in those pages are lost, the others stay.
 * @throws ProblemError PORT_UNREACHABLE when memcached refuses or does not answer; CONNECTIONS_TAKEN; TIMED_OUT; what the link throws
 */
export async function limitCache(
  link: Link,
  port: number,
  memoryMb: number,
  stop?: AbortSignal,
): Promise<void> {
  const set = () => command(link, port, `cache_memlimit ${memoryMb}`, ['OK'])
  await set()
  const waitsFor = () => port
  const limit = {
    ...{ host: link.host, action: 'shrink the cache', timeoutMs: shrinkTimeoutMs, signal: stop, waitsFor },
  }
  await withLimit(limit, async (signal) => {
    while (!(await fits(link, port, memoryMb)) && !signal.aborted) {
      await reassignPages(link, port)
      await pause(shrinkPauseMs)
      // A client may have set another one, which would take back each page that is given.
      await set()
    }
  })
}

/**
 * Empties the cache.
 * @throws ProblemError PORT_UNREACHABLE, CONNECTIONS_TAKEN, and what the link throws
 */
export async function flushCache(link: Link, port: number): Promise<void> {
  await command(link, port, 'flush_all', ['OK'])
}

/** `total_malloced` is the true allocation; the `bytes` of `stats` leave out what is free inside of pages. */
async function fits(link: Link, port: number, memoryMb: number): Promise<boolean> {
  const { total_malloced: malloced } = await askStats(link, port, 'slabs')
  return Number(malloced ?? 0) <= memoryMb * megabyte
}

/** Page class 0 is the pool of free pages, which a lowered limit gives back to the system. */
async function reassignPages(link: Link, port: number): Promise<void> {
  const stats = await askStats(link, port, 'slabs')
  const classes = Object.entries(stats)
    .map(([name, value]) => ({ match: /^(\d+):total_pages$/.exec(name), pages: Number(value) }))
    .filter(({ match, pages }) => match !== null && match[1] !== '0' && pages > 1)
    .sort((one, other) => other.pages - one.pages)
  const [largest] = classes
  if (largest?.match?.[1] === undefined) return
  // BUSY: a page is being moved now. NOSPARE, NOTFULL, SAME: another class will do next time.
  await command(link, port, `slabs reassign ${largest.match[1]} 0`, [
    'OK',
    'BUSY',
    'NOSPARE',
    'NOTFULL',
    'SAME',
  ])
}

/** Answers are one line; `OK`, or a word and a sentence: `BUSY currently processing reassign request`. */
async function command(link: Link, port: number, line: string, expected: readonly string[]): Promise<void> {
  const action = `tell memcached "${line}"`
  let isOpen = false
  const waitsFor = () => (isOpen ? port : undefined)
  const limit = { host: link.host, action, timeoutMs: commandTimeoutMs, waitsFor }
  const reply = await withLimit(limit, async (signal) => {
    const stream = await link.openPort(port, { signal })
    isOpen = true
    return exchange(stream, line, largestReply, (text) => (text.includes('\n') ? text : undefined), signal)
  })
  const word = reply?.trim().split(' ')[0] ?? ''
  if (expected.includes(word)) return
  refuseAnswer(link.host, port, reply)
}
