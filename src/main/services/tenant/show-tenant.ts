import type { Example, Tenant } from '../../../contract/tenant.ts'
import { renderExamples } from '../../../domain/examples.ts'
import { findHost, type StoredHost } from '../../adapters/store/hosts.ts'
import { findTenant, type StoredTenant } from '../../adapters/store/tenants.ts'
import type { ServiceContext } from '../context.ts'
import { requireTenant } from './find-tenant.ts'
import { viewOfHost } from './list-tenants.ts'

/** One tenant as it is now, with what its programs need to connect. */
export async function showTenant(
  context: ServiceContext,
  input: { name: string },
): Promise<Tenant & { examples: Example[] }> {
  const { tenant, host } = await context.store.read((db) => requireTenant(db, input.name))
  const view = await look(context, tenant, host)
  const [address] = view.addresses
  const examples = address === undefined || view.port === null ? [] : renderExamples(address, view.port)
  return { ...view, examples }
}

/** The same by id, after a change. */
export async function showTenantNow(context: ServiceContext, tenantId: string): Promise<Tenant> {
  const { tenant, host } = await context.store.read((db) => {
    const tenant = findTenant(db, tenantId)
    const host = tenant === undefined ? undefined : findHost(db, tenant.hostId)
    if (tenant === undefined || host === undefined)
      throw new Error(`tenant ${tenantId} left the store while it was changed`)
    return { tenant, host }
  })
  return look(context, tenant, host)
}

async function look(context: ServiceContext, tenant: StoredTenant, host: StoredHost): Promise<Tenant> {
  const [view] = await viewOfHost(context, host, [tenant])
  if (view === undefined) throw new Error('a view is missing for a tenant that was asked for')
  return view
}
