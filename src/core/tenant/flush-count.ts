/** How often a memcached was flushed since its start, as it says. */
export interface FlushCount {
  readonly flushes: number
  readonly uptimeSeconds: number
  /** When it said so, in milliseconds since 1970. */
  readonly at: number
}

/** Reads the count out of the answer to `stats`; undefined where a number is missing. */
export function parseFlushCount(stats: Readonly<Record<string, string>>, at: number): FlushCount | undefined {
  const [flushes, uptimeSeconds] = [stats['cmd_flush'], stats['uptime']].map((text) =>
    /^\d{1,15}$/.test(text ?? '') ? Number(text) : undefined,
  )
  return flushes === undefined || uptimeSeconds === undefined ? undefined : { flushes, uptimeSeconds, at }
}

/** How often it was flushed between the two; none where it was started anew or where there is nothing to compare with. */
export function countFlushes(before: FlushCount | undefined, now: FlushCount): number {
  if (before === undefined || now.uptimeSeconds < before.uptimeSeconds) return 0
  return Math.max(0, now.flushes - before.flushes)
}
