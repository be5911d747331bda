import type { TenantFigures } from '../contract/tenant.ts'

/**
 * Connections in memcached's `curr_connections` that are not the tenant's own. It counts its listening sockets and the
 * connection that asks, and takes one off: with nobody there 1.6.18 answers 1 with one socket and 2 with the two, for
 * IPv4 and IPv6, that it opens without `-l`. It opens both where a container has no IPv6 address, too; a kernel without
 * any IPv6 has one, and publishes nothing to the world: there one connection too few is shown.
 */
const listeners = 2

/**
 * A tenant's figures out of the answer to `stats`, such as `{bytes: '1024', limit_maxbytes: '67108864', …}`; undefined
 * when one of them is missing or no number: whoever made the container may have put anything into it.
 */
export function parseFigures(
  id: string,
  observedAt: string,
  stats: Readonly<Record<string, string>>,
): TenantFigures | undefined {
  const counted = parseCount(stats['curr_connections'])
  const figures = {
    usedBytes: parseCount(stats['bytes']),
    limitBytes: parseCount(stats['limit_maxbytes']),
    items: parseCount(stats['curr_items']),
    connections: counted === undefined ? undefined : Math.max(0, counted - listeners),
    getHits: parseCount(stats['get_hits']),
    getMisses: parseCount(stats['get_misses']),
    evictions: parseCount(stats['evictions']),
    uptimeSeconds: parseCount(stats['uptime']),
  }
  const version = /^[0-9][0-9A-Za-z.+_-]{0,63}$/.exec(stats['version'] ?? '')?.[0]
  if (version === undefined || !isWhole(figures)) return undefined
  return { id, observedAt, ...figures, version }
}

/** Digits only, and few enough of them that the number is exact. */
function parseCount(text: string | undefined): number | undefined {
  return /^\d{1,15}$/.test(text ?? '') ? Number(text) : undefined
}

function isWhole<Key extends string>(
  figures: Record<Key, number | undefined>,
): figures is Record<Key, number> {
  return Object.values(figures).every((value) => value !== undefined)
}
