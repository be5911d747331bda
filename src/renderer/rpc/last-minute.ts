import type { TenantFigures } from '../../contract/tenant.ts'

/** The counters of a cache at one look. */
export type Sample = Pick<
  TenantFigures,
  'observedAt' | 'uptimeSeconds' | 'getHits' | 'getMisses' | 'evictions'
>

/** The events in a cache between the first and the last of some looks: a minute, or as much as was watched. */
export interface LastMinute {
  readonly seconds: number
  readonly hits: number
  readonly misses: number
  readonly evictions: number
}

const minuteMs = 60_000
/** Closer ones would say nothing more. */
const leastApartMs = 4_000

const momentOf = ({ observedAt }: Sample): number => Date.parse(observedAt)

/**
 * The looks that the last minute is measured by, with one more: those within a minute before it, and where there are
 * none the last one. Those before memcached began anew are gone.
 */
export function addSample(samples: readonly Sample[], now: Sample): readonly Sample[] {
  const last = samples.at(-1)
  const { observedAt, uptimeSeconds, getHits, getMisses, evictions } = now
  const sample = { observedAt, uptimeSeconds, getHits, getMisses, evictions }
  if (last === undefined || isAnew(last, now)) return [sample]
  const before = samples.length > 1 && isClose(samples.at(-2), last) ? samples.slice(0, -1) : samples
  const within = before.filter((each) => momentOf(now) - momentOf(each) <= minuteMs)
  return [...(within.length > 0 ? within : before.slice(-1)), sample]
}

const isClose = (one: Sample | undefined, other: Sample): boolean =>
  one !== undefined && momentOf(other) - momentOf(one) < leastApartMs

/** Counters begin at 0 then. */
const isAnew = (before: Sample, now: Sample): boolean =>
  now.uptimeSeconds < before.uptimeSeconds ||
  now.getHits < before.getHits ||
  now.getMisses < before.getMisses ||
  now.evictions < before.evictions ||
  momentOf(now) <= momentOf(before)

/** Undefined before the second look. */
export function readLastMinute(samples: readonly Sample[]): LastMinute | undefined {
  const [first, last] = [samples[0], samples.at(-1)]
  if (first === undefined || last === undefined || first === last) return undefined
  return {
    seconds: (momentOf(last) - momentOf(first)) / 1_000,
    hits: last.getHits - first.getHits,
    misses: last.getMisses - first.getMisses,
    evictions: last.evictions - first.evictions,
  }
}
