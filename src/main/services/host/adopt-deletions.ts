import { findTenant } from '../../adapters/store/tenants.ts'
import { listUnfinishedIds } from '../../adapters/store/unfinished.ts'
import { settleServer } from '../../reconcile/same-server.ts'
import type { ServiceContext } from '../context.ts'
import { endTenant } from '../tenant/end-tenant.ts'
import type { HostAccess } from './host-pool.ts'
import { logOthers } from './log-others.ts'

/**
 * Of tenants whose record a host does not have any more, those that another panel has deleted there: the host keeps back
 * the port that such a tenant had. Any other may have been lost with the host's memory, and stays.
 * @param missing their ids
 * @returns the names of those that are deleted here too, now
 */
export async function adoptDeletions(
  context: ServiceContext,
  access: HostAccess,
  missing: readonly string[],
): Promise<string[]> {
  const { host, helper } = access
  if (missing.length === 0) return []
  const { state } = await helper.request<'observe'>({ op: 'observe' })
  if (state === null || (await settleServer(context, access, state.hostId)) !== null) return []
  const released = new Set(state.released.map(({ tenantId }) => tenantId))
  const gone = missing.filter((id) => state.tenants[id] === undefined && released.has(id))
  if (gone.length === 0) return []
  return context.store.write((db) => {
    const unfinished = listUnfinishedIds(db, host.id)
    return gone.flatMap((id) => {
      const tenant = findTenant(db, id)
      // An unfinished change of it is settled first.
      if (tenant?.phase !== 'present' || unfinished.has(id)) return []
      // It was put back since: the release is of before, and this memory of the host, too.
      if (state.revision < tenant.revision) return []
      const now = context.now()
      const before = { port: tenant.port, allow: tenant.allow }
      endTenant(db, id, now, { revision: state.revision, releasedAt: null })
      // The same moment as the tenant's, by which its last delete is known.
      logOthers(db, { ...context, now: () => now }, host, [{ kind: 'tenant delete', tenant, before }])
      return [tenant.name]
    })
  })
}
