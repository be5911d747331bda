import type { ListedTenant } from '../../../contract/tenant.ts'
import { judgeBehindFilter } from '../../../core/tenant/judge-health.ts'
import type { StoredHost } from '../../adapters/store/hosts.ts'
import type { ServiceContext } from '../context.ts'
import { observeFilterFault } from '../host/observe-filter-fault.ts'
import { pickMetrics } from './pick-metrics.ts'
import { viewTenants } from './view-tenants.ts'

/**
 * The same as {@link viewTenants}, with what is wrong with the filter of their host, and with what their caches say: an
 * allowlist says nothing of who gets in where the filter is open. A host that was not seen is not asked for it as well.
 */
export async function viewListed(
  context: ServiceContext,
  host: StoredHost,
  options: Parameters<typeof viewTenants>[2],
): Promise<ListedTenant[]> {
  const askedAt = context.now().toISOString()
  const isWhole = options?.only !== undefined
  const looking = viewTenants(context, host, options)
  // Beside the look. Where sudo took its time then, or the host was not there, it says nothing of the filter.
  const beside = host.mode === 'filtered' ? observeFault(context, host, isWhole) : null
  const { tenants, unseen } = await looking
  const found = unseen === null && tenants.length > 0 ? await beside : null
  const filterFault = found?.kind === 'unread' ? await observeFault(context, host, isWhole) : found
  // Into the views, which nobody else has: a copy of each of thousands takes longer than making them.
  return tenants.map((each) =>
    Object.assign(each, {
      health: judgeBehindFilter(each.health, filterFault !== null),
      filterFault,
      unseen,
      metrics: pickMetrics(context, each.id, askedAt),
    }),
  )
}

function observeFault(
  context: ServiceContext,
  host: StoredHost,
  isWhole: boolean,
): Promise<ListedTenant['filterFault']> {
  const access = context.hosts.access(host)
  return observeFilterFault(context, access, access.timeLimits.lookMs, isWhole)
}
