/** How often a memcached was flushed since its start, as it says. */
export interface FlushCount {
  readonly flushes: number
  readonly uptimeSeconds: number
  /** When it said so, in milliseconds since 1970. */
  readonly at: number
}

/** The clock of this computer is put right at times. In milliseconds. */
const tolerance = 60_000

/** Reads the count out of the answer to `stats`; undefined where a number is missing. */
export function parseFlushCount(stats: Readonly<Record<string, string>>, at: number): FlushCount | undefined {
  const [flushes, uptimeSeconds] = [parseCount(stats['cmd_flush'], 15), parseCount(stats['uptime'], 10)]
  return flushes === undefined || uptimeSeconds === undefined ? undefined : { flushes, uptimeSeconds, at }
}

/** @param digits more of them are no number; of seconds, no date has a place for it */
const parseCount = (text: string | undefined, digits: number): number | undefined =>
  text !== undefined && text.length <= digits && /^\d+$/.test(text) ? Number(text) : undefined

/** The most that a memcached says too much: it begins with two seconds, and counts whole ones. */
const aheadSeconds = 3

/** When it had begun for certain, in milliseconds since 1970. */
export const begunBy = ({ uptimeSeconds, at }: FlushCount): number =>
  at - (uptimeSeconds - aheadSeconds) * 1_000

/** The count that a memcached began with, at the earliest moment: the answer can take up to two seconds. */
export const beginningOf = ({ uptimeSeconds, at }: FlushCount): FlushCount => ({
  flushes: 0,
  uptimeSeconds: 0,
  at: at - (uptimeSeconds + 2) * 1_000,
})

/** Whether the same memcached said both: it was not started anew between them. */
export const isSameStart = (one: FlushCount, other: FlushCount): boolean =>
  Math.abs(beginningOf(one).at - beginningOf(other).at) <= tolerance && one.flushes <= other.flushes
