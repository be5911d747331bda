import type { Tenant } from '../../../contract/tenant.ts'
import { describeProblem } from '../../../domain/describe-problem.ts'
import { listEndpointAddresses } from '../../../domain/endpoint.ts'
import { type TenantSight, viewTenant } from '../../../domain/tenant-view.ts'
import { withLimit } from '../../adapters/limit.ts'
import { listHosts, type StoredHost } from '../../adapters/store/hosts.ts'
import { listTenants as listStored, type StoredTenant } from '../../adapters/store/tenants.ts'
import type { ServiceContext } from '../context.ts'
import { requireHost } from '../host/find-host.ts'
import type { HostAccess } from '../host/host-pool.ts'
import { observeAddressFacts } from '../host/observe-host.ts'
import { toProblem } from '../operation/to-problem.ts'
import { type ObservedTenants, observeTenants } from './observe-tenants.ts'

/** How long a listing waits for a host before it shows that host's tenants as unknown. */
const lookWithinMs = 5_000

/** All tenants, by name, each as its host shows it now; hosts are asked side by side and a dead one holds up nobody. */
export async function listTenants(
  context: ServiceContext,
  input: { host?: string | undefined },
): Promise<Tenant[]> {
  const { hosts, tenants } = await context.store.read((db) => ({
    hosts: input.host === undefined ? listHosts(db) : [requireHost(db, input.host)],
    tenants: listStored(db),
  }))
  const views = await Promise.all(
    hosts.map((host) =>
      viewOfHost(
        context,
        host,
        tenants.filter((tenant) => tenant.hostId === host.id),
      ),
    ),
  )
  const order = new Intl.Collator('en', { numeric: true })
  return views.flat().sort((a, b) => order.compare(a.name, b.name))
}

/** The given tenants of one host after one look at it. */
export async function viewOfHost(
  context: ServiceContext,
  host: StoredHost,
  tenants: readonly StoredTenant[],
): Promise<Tenant[]> {
  if (tenants.length === 0) return []
  const access = context.hosts.access(host)
  const seen = await look(context, access)
  return tenants.map((tenant) => viewTenant(tenant, host.name, seen.addresses, seen.sight(tenant.id)))
}

interface Look {
  readonly addresses: readonly string[]
  sight(tenantId: string): TenantSight
}

async function look(context: ServiceContext, access: HostAccess): Promise<Look> {
  const { host } = access
  try {
    const [observed, facts] = await withLimit(
      { host: host.name, action: 'look at its tenants', timeoutMs: lookWithinMs },
      () => Promise.all([observeTenants(access), observeAddressFacts(access)]),
    )
    return {
      addresses: listEndpointAddresses(host.target, host.publicAddress, access.seen.dialled ?? null, facts),
      sight: (tenantId) => pickSight(observed, tenantId),
    }
  } catch (error) {
    const why = describeProblem(toProblem(context.log, error)).message
    return {
      addresses: listEndpointAddresses(host.target, host.publicAddress, null, null),
      sight: () => ({ kind: 'unreached', why }),
    }
  }
}

function pickSight({ records, containers }: ObservedTenants, tenantId: string): TenantSight {
  return { kind: 'seen', recorded: records.has(tenantId), container: containers.get(tenantId) ?? null }
}
