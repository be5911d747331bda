import { withLimit } from '../../adapters/limit.ts'
import type { StoredHost } from '../../adapters/store/hosts.ts'
import type { StoredTenant } from '../../adapters/store/tenants.ts'
import { adoptAgain } from '../../reconcile/adopt-all.ts'
import type { ServiceContext } from '../context.ts'
import { requireTenant } from './find-tenant.ts'

/** Longer than any host that is well takes to tell of one tenant, in milliseconds. */
const longestMs = 2_000

/**
 * What cannot be taken back is not done to a tenant that is called otherwise by now: another panel may have given its
 * name to another one. A host that does not tell soon holds nothing up.
 * @throws ProblemError TENANT_RENAMED, NOT_FOUND when it is gone
 */
export async function requireNotRenamed(
  context: ServiceContext,
  { tenant, host }: { readonly tenant: StoredTenant; readonly host: StoredHost },
): Promise<void> {
  const { id, name, revision } = tenant
  const access = context.hosts.access(host)
  const limit = { host: host.name, action: `ask what ${name} is called`, timeoutMs: longestMs }
  const takeIn = async (): Promise<void> => {
    const record = (await access.ledger.observe(id)).find((each) => each.id === id)
    // An older name is that of a host that was put back, or of a change that this panel has still to finish.
    if (record !== undefined && record.revision > revision && record.name !== name)
      await adoptAgain(context, access)
  }
  await withLimit(limit, takeIn).catch((error: unknown) => {
    context.log.debug({ err: error, tenant: id }, 'whether a tenant was renamed is not known')
  })
  await context.store.read((db) => requireTenant(db, { name, id }))
}
