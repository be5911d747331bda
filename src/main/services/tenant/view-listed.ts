import type { ListedTenant } from '../../../contract/tenant.ts'
import type { StoredHost } from '../../adapters/store/hosts.ts'
import type { ServiceContext } from '../context.ts'
import { observeFilterFault } from '../host/observe-filter-fault.ts'
import { viewTenants } from './view-tenants.ts'

/**
 * The same as {@link viewTenants}, with what is wrong with the filter of their host: an allowlist says nothing of who gets
 * in where the filter is open. A host that was not seen is not asked for it as well.
 */
export async function viewListed(
  context: ServiceContext,
  host: StoredHost,
  options: Parameters<typeof viewTenants>[2],
): Promise<ListedTenant[]> {
  const tenants = await viewTenants(context, host, options)
  const isSeen = tenants.some(({ state }) => state !== 'unknown')
  if (host.mode !== 'filtered' || !isSeen) return tenants.map((each) => ({ ...each, filterFault: null }))
  const access = context.hosts.access(host)
  const filterFault = await observeFilterFault(context, access, access.timeLimits.lookMs)
  return tenants.map((each) => ({ ...each, filterFault }))
}
