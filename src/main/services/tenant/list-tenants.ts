import type { ListedTenant } from '../../../contract/tenant.ts'
import type { TenantHealth } from '../../../contract/tenant-health.ts'
import { listHosts } from '../../adapters/store/hosts.ts'
import type { ServiceContext } from '../context.ts'
import { requireHost } from '../host/find-host.ts'
import { viewListed } from './view-listed.ts'
import type { ViewOptions } from './view-tenants.ts'

/** All tenants, or those of one health, by name, each as its host shows it now; hosts are asked side by side and a dead one holds up nobody. */
export async function listTenants(
  context: ServiceContext,
  input: ViewOptions & { host?: string | undefined; health?: TenantHealth | undefined },
): Promise<ListedTenant[]> {
  const hosts = await context.store.read((db) =>
    input.host === undefined ? listHosts(db) : [requireHost(db, input.host)],
  )
  const views = await Promise.all(hosts.map((host) => viewListed(context, host, input)))
  const order = new Intl.Collator('en', { numeric: true })
  const listed = views.flat().filter(({ health }) => input.health === undefined || health === input.health)
  return listed.sort((a, b) => order.compare(a.name, b.name))
}
