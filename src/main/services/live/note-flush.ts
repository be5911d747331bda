import { anotherPanelOrClient } from '../../../contract/activity.ts'
import { isSameStart, parseFlushCount } from '../../../core/tenant/flush-count.ts'
import { countSince } from '../../adapters/store/count-since.ts'
import { putFlushCount } from '../../adapters/store/flush-counts.ts'
import { listOperations } from '../../adapters/store/operations.ts'
import type { StoredTenant } from '../../adapters/store/tenants.ts'
import type { ServiceContext } from '../context.ts'
import type { HostAccess } from '../host/host-pool.ts'
import { logOthers } from '../host/log-others.ts'
import { type LoggedFlush, recallFlushes } from './recall-flushes.ts'

/** A client may flush as often as it likes: the log says so of a tenant only once in this time. */
const againAfterMs = 10 * 60_000

const kind = 'tenant flush'

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
      now.flushes === 0 && (await context.store.read((db) => recallFlushes(db, id, [], now) !== undefined))
    if (isNone) return void seen.flushes.set(id, now)
    const isSettled = await context.store.write((db) => {
      const log = listOperations(db, { tenantId: id, kind, limit: 50 })
      const since = before ?? recallFlushes(db, id, log, now)
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
      const after: LoggedFlush = { flushes: now.flushes }
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
