import { anotherPanelOrClient } from '../../../contract/activity.ts'
import { countFlushes, parseFlushCount } from '../../../core/tenant/flush-count.ts'
import { listOperations } from '../../adapters/store/operations.ts'
import type { StoredTenant } from '../../adapters/store/tenants.ts'
import type { ServiceContext } from '../context.ts'
import type { HostAccess } from '../host/host-pool.ts'
import { logOthers } from '../host/log-others.ts'

/** A client may flush as often as it likes: the log says so of a tenant only once in this time. */
const againAfterMs = 10 * 60_000

/**
 * Keeps in the log that a cache was emptied by somebody else, where the answer to `stats` shows it: memcached counts
 * flushes, and those of this panel are in the log already. It does not say whether another panel did it or a client.
 * Never throws.
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
  const before = seen.flushes.get(id)
  const flushes = countFlushes(before, now)
  if (before === undefined || flushes === 0) return void seen.flushes.set(id, now)
  try {
    const wasSeen = await context.store.write((db) => {
      const log = listOperations(db, { tenantId: id, limit: 50 }).filter(
        ({ kind }) => kind === 'tenant flush',
      )
      const own = log.filter(
        ({ actor, finishedAt }) =>
          actor !== anotherPanelOrClient && (finishedAt === null || Date.parse(finishedAt) >= before.at),
      )
      if (flushes <= own.length) return true
      const [last] = log.filter(({ actor }) => actor === anotherPanelOrClient)
      if (last !== undefined && Date.parse(last.startedAt) + againAfterMs > now.at) return false
      const flushed = { kind: 'tenant flush', tenant }
      logOthers(db, context, host, [flushed], anotherPanelOrClient)
      return true
    })
    if (wasSeen) seen.flushes.set(id, now)
  } catch (error) {
    context.log.warn(
      { err: error, tenant: id },
      'that a cache was emptied by somebody else is not in the log',
    )
  }
}
