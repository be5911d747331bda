import type { StoredHost } from '../../adapters/store/hosts.ts'
import type { StoredTenant } from '../../adapters/store/tenants.ts'
import { followPutBack } from '../../reconcile/put-back.ts'
import type { ServiceContext } from '../context.ts'
import { adoptDeletions } from '../host/adopt-deletions.ts'
import { adoptObserved, isNews } from '../host/adopt-records.ts'
import { tellAdopted, tellOthers } from '../host/tell-others.ts'
import type { LedgerRecord } from '../tenant/ledger.ts'
import type { ObservedTenants } from '../tenant/observe-tenants.ts'
import type { Board } from './board.ts'

/**
 * Takes over what other panels did on a host, as a look at it has shown: what they deleted, made and changed. What this
 * program is at work on is left alone, and what it has closed since the look began.
 */
export function createFollower(
  context: ServiceContext,
  board: Board,
): (host: StoredHost, observed: ObservedTenants, since: number) => Promise<void> {
  /** Tenants without a record about which the host was asked already. */
  let asked = ''

  function listMissing(hostId: string, { records }: ObservedTenants): string[] {
    const ids = [...(board.host(hostId)?.tenantIds ?? [])]
    return ids.filter(
      (id) => !records.has(id) && board.tenant(id)?.stored.phase === 'present' && !context.running.isBusy(id),
    )
  }

  return async (host, observed, since) => {
    if (host.mode !== 'filtered') return
    if (await followPutBack(context, context.hosts.access(host), observed.records)) return
    const missing = listMissing(host.id, observed)
    // Before what is new comes in: that may have the name of a deleted one.
    if (missing.join() !== asked) {
      const deleted = await adoptDeletions(context, context.hosts.access(host), missing)
      tellOthers(context, 'deleted', deleted, host)
      asked = missing.join()
    }
    const hasNews = [...observed.records].some(
      ([id, record]) => isOther(board.tenant(id)?.stored, host, record) && !context.running.isBusy(id),
    )
    if (!hasNews) return
    tellAdopted(context, await adoptObserved(context, host, observed, { since }), host)
  }
}

/** Newer than what is known, or of a tenant of another host. */
function isOther(known: StoredTenant | undefined, host: StoredHost, record: LedgerRecord): boolean {
  return isNews(known, record) || (known !== undefined && known.hostId !== host.id)
}
