/**
 * Reads the answer to `version`.
 * @example parseVersionReply('VERSION 1.6.18\r\n') // '1.6.18'
 * @returns undefined when it is anything else
 */
export function parseVersionReply(text: string): string | undefined {
  return /^VERSION ([0-9][0-9A-Za-z.+_-]{0,63})\r\n$/.exec(text)?.[1]
}

/** A memcached's answer to `stats`: pairs, or one of its error lines (`ERROR Too many open connections`). */
export type StatsReply =
  | { readonly kind: 'stats'; readonly values: Readonly<Record<string, string>> }
  | { readonly kind: 'error'; readonly line: string }
  /** More has to be read: the last line is not there yet. */
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'malformed'; readonly line: string }

/**
 * Reads the answer to `stats` and its kinds.
 *
 * ```
 * STAT pid 1\r\n
 * STAT version 1.6.18\r\n
 * STAT 1:addr tcp:172.17.0.1:45234\r\n
 * END\r\n
 * ```
 */
export function parseStatsReply(text: string): StatsReply {
  const values: Record<string, string> = Object.create(null)
  let from = 0
  for (;;) {
    const to = text.indexOf('\r\n', from)
    if (to === -1) return { kind: 'incomplete' }
    const line = text.slice(from, to)
    from = to + 2
    if (line === 'END' || line === 'RESET') return { kind: 'stats', values }
    if (/^(?:ERROR|CLIENT_ERROR|SERVER_ERROR)(?: |$)/.test(line))
      return { kind: 'error', line: line.slice(0, 200) }
    const [, name, value] = /^STAT (\S+)(?: (.*))?$/.exec(line) ?? []
    if (name === undefined) return { kind: 'malformed', line: line.slice(0, 200) }
    values[name] = value ?? ''
  }
}
