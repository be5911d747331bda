import { z } from 'zod'
import { beginningOf, begunBy, type FlushCount } from '../../../core/tenant/flush-count.ts'
import { findFlushCount } from '../../adapters/store/flush-counts.ts'
import { listOperations, type StoredOperation } from '../../adapters/store/operations.ts'
import type { StoreDb } from '../../adapters/store/rows.ts'

const loggedFlush = z.object({ flushes: z.int().nonnegative() })

/** The count in the log beside a flush by somebody else. */
export type LoggedFlush = z.output<typeof loggedFlush>

/**
 * The count that a look of an earlier run left, or that this memcached began with. Undefined for a tenant that was not known
 * here then, at the first look: nobody can say who emptied it.
 * @param log its flushes, the newest first
 */
export function recallFlushes(
  db: StoreDb,
  tenantId: string,
  log: readonly StoredOperation[],
  now: FlushCount,
): FlushCount | undefined {
  const beginning = beginningOf(now)
  for (const { startedAt, after } of log) {
    const at = Date.parse(startedAt)
    const { data } = loggedFlush.safeParse(after)
    if (data !== undefined && at >= beginning.at && data.flushes <= now.flushes)
      return { ...now, ...data, at }
  }
  const kept = findFlushCount(db, tenantId)
  const keptAt = Date.parse(kept?.seenAt ?? '')
  if (kept !== undefined && keptAt >= beginning.at && kept.flushes <= now.flushes)
    return { ...now, flushes: kept.flushes, at: keptAt }
  // An operation from before its memcached had begun, such as its create, shows that the tenant was known.
  const startedAt = new Date(begunBy(now)).toISOString()
  const wasKnown = listOperations(db, { tenantId, before: { startedAt }, limit: 1 }).length > 0
  return wasKnown ? beginning : undefined
}
