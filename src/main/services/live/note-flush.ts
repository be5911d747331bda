import { z } from 'zod'
import { anotherPanelOrClient } from '../../../contract/activity.ts'
import {
  beginningOf,
  begunBy,
  type FlushCount,
  isSameStart,
  parseFlushCount,
} from '../../../core/tenant/flush-count.ts'
import { countSince } from '../../adapters/store/count-since.ts'
import { findFlushCount, putFlushCount } from '../../adapters/store/flush-counts.ts'
import { listOperations, type StoredOperation } from '../../adapters/store/operations.ts'
import type { StoreDb } from '../../adapters/store/rows.ts'
import type { StoredTenant } from '../../adapters/store/tenants.ts'
import type { ServiceContext } from '../context.ts'
import type { HostAccess } from '../host/host-pool.ts'
import { logOthers } from '../host/log-others.ts'

/** A client may flush as often as it likes: the log says so of a tenant only once in this time. */
const againAfterMs = 10 * 60_000

const kind = 'tenant flush'
/** What the log keeps of one by somebody else, for the next start of this program to compare with. */
const counted = z.object({ flushes: z.int().nonnegative() })

/**
 * Keeps in the log that a cache was emptied by somebody else, where the answer to `stats` shows it, also while this program
 * did not run: memcached counts flushes, and those of this panel are in the log already. It does not say whether another
 * panel did it or a client. Never throws.
 */
export async function noteFlush(
  context: ServiceContext,
  { host, seen }: HostAccess,
  tenant: StoredTenant,
  stats: Readonly<Record<string, string>>,
): Promise<void> {
  const { id } = tenant
  const now = parseFlushCount(stats, context.now().getTime())
  // Its own work of this moment is counted when it is over.
  if (now === undefined || context.running.isBusy(id)) return
  const last = seen.flushes.get(id)
  const before = last !== undefined && isSameStart(last, now) ? last : undefined
  if (now.flushes === before?.flushes) return void seen.flushes.set(id, now)
  try {
    // Most were never flushed, and are known: nothing is written for them.
    const isNone =
      now.flushes === 0 && (await context.store.read((db) => recall(db, id, [], now) !== undefined))
    if (isNone) return void seen.flushes.set(id, now)
    const isSettled = await context.store.write((db) => {
      const log = listOperations(db, { tenantId: id, kind, limit: 50 })
      const since = before ?? recall(db, id, log, now)
      if (since === undefined) {
        putFlushCount(db, { tenantId: id, flushes: now.flushes, seenAt: new Date(now.at).toISOString() })
        return true
      }
      const own = countSince(db, {
        ...{ tenantId: id, kind, except: anotherPanelOrClient },
        since: new Date(since.at).toISOString(),
      })
      if (now.flushes - since.flushes <= own) return true
      const [latest] = log.filter(({ actor }) => actor === anotherPanelOrClient)
      if (latest !== undefined && Date.parse(latest.startedAt) + againAfterMs > now.at) return false
      const after = { flushes: now.flushes }
      logOthers(db, context, host, [{ kind, tenant, after }], anotherPanelOrClient)
      return true
    })
    if (isSettled) seen.flushes.set(id, now)
  } catch (error) {
    context.log.warn(
      { err: error, tenant: id },
      'that a cache was emptied by somebody else is not in the log',
    )
  }
}

/**
 * The count that a look of an earlier run left, or that this memcached began with. Undefined for a tenant that was not known
 * here then, at the first look: nobody can say who emptied it.
 */
function recall(
  db: StoreDb,
  tenantId: string,
  log: readonly StoredOperation[],
  now: FlushCount,
): FlushCount | undefined {
  const beginning = beginningOf(now)
  for (const { startedAt, after } of log) {
    const at = Date.parse(startedAt)
    const { data } = counted.safeParse(after)
    if (data !== undefined && at >= beginning.at && data.flushes <= now.flushes)
      return { ...now, ...data, at }
  }
  const kept = findFlushCount(db, tenantId)
  const keptAt = Date.parse(kept?.seenAt ?? '')
  if (kept !== undefined && keptAt >= beginning.at && kept.flushes <= now.flushes)
    return { ...now, flushes: kept.flushes, at: keptAt }
  // What was done here until it had begun for certain: its create, for one.
  const startedAt = new Date(begunBy(now)).toISOString()
  const wasKnown = listOperations(db, { tenantId, before: { startedAt }, limit: 1 }).length > 0
  return wasKnown ? beginning : undefined
}
