import type { AllowPreview } from '../../../contract/tenant.ts'
import { previewAllow } from '../../../domain/allow-preview.ts'
import { listHosts } from '../../adapters/store/hosts.ts'
import type { ServiceContext } from '../context.ts'
import { requireTenant } from './find-tenant.ts'
import { listAddresses } from './view-tenants.ts'

/**
 * The effect of a pasted text on a tenant's allowlist, or on that of a tenant who is still to be made. Nothing is
 * changed, and no host is asked.
 * @throws ProblemError NOT_FOUND
 */
export async function previewAllowText(
  { store, hosts }: Pick<ServiceContext, 'store' | 'hosts'>,
  { name, text }: { name?: string | undefined; text: string },
): Promise<AllowPreview> {
  const meant = await store.read((db) => {
    if (name === undefined) return { list: [], meantHosts: listHosts(db) }
    const { tenant, host } = requireTenant(db, { name })
    return { list: tenant.allow, meantHosts: [host] }
  })
  const addresses = meant.meantHosts.flatMap((host) => listAddresses(hosts.access(host)))
  return previewAllow(text, meant.list, addresses)
}
