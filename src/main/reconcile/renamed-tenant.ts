import { withLimit } from '../adapters/limit.ts'
import type { StoredTenant } from '../adapters/store/tenants.ts'
import type { ServiceContext } from '../services/context.ts'
import type { HostAccess } from '../services/host/host-pool.ts'
import { requireTenant } from '../services/tenant/find-tenant.ts'
import type { LedgerRecord } from '../services/tenant/ledger.ts'
import { adoptAgain } from './adopt-all.ts'

/**
 * Refuses to lose a tenant by a name that it does not have any more: another panel may have given that to another one. A
 * host that cannot be asked holds nothing up for longer than a call: its connection can take seconds, and losing the wrong
 * tenant is worse than that.
 * @throws ProblemError TENANT_RENAMED, NOT_FOUND when it is gone
 */
export async function requireSameName(
  context: ServiceContext,
  access: HostAccess,
  tenant: StoredTenant,
): Promise<void> {
  const takeIn = async (): Promise<void> => {
    // No look that is under way there is waited for.
    const records = await access.ledger.observeUrgently(tenant.id)
    if (findRenamed(records, tenant) !== undefined) await adoptAgain(context, access)
  }
  await askInTime(context, access, tenant, takeIn)
  await context.store.read((db) => requireTenant(db, { name: tenant.name, id: tenant.id }))
}

/**
 * Tells of a closing of a tenant that another panel has renamed: somebody who goes by the name may mean the tenant that
 * has it now, which lets in as before. Closing waits for no such question, so it comes afterwards.
 */
export async function tellRenamed(
  context: Pick<ServiceContext, 'notices' | 'log'>,
  access: HostAccess,
  tenant: StoredTenant,
): Promise<void> {
  // By itself it opens no connection.
  if (!access.link.info().connected) return
  const { name } = tenant
  await askInTime(context, access, tenant, async () => {
    const record = findRenamed(await access.ledger.observe(tenant.id), tenant)
    if (record === undefined) return
    context.notices.add(
      `Another panel has renamed ${name} on ${access.host.name}: it is called ${record.name} now, and that is the tenant which was closed. If you meant the one that is called ${name} by now, do it again.`,
    )
  })
}

/** Its record, if that has another name. An older name is that of a host that was put back, or of a change still to be finished. */
function findRenamed(
  records: readonly LedgerRecord[],
  { id, name, revision }: StoredTenant,
): LedgerRecord | undefined {
  const record = records.find((each) => each.id === id)
  return record !== undefined && record.revision > revision && record.name !== name ? record : undefined
}

async function askInTime(
  { log }: Pick<ServiceContext, 'log'>,
  { host, timeLimits }: HostAccess,
  { id, name }: StoredTenant,
  ask: () => Promise<void>,
): Promise<void> {
  const limit = { host: host.name, action: `ask what ${name} is called`, timeoutMs: timeLimits.callMs }
  await withLimit(limit, ask).catch((error: unknown) => {
    log.debug({ err: error, tenant: id }, 'whether a tenant was renamed is not known')
  })
}
