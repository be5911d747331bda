import { withLimit } from '../adapters/limit.ts'
import type { StoredTenant } from '../adapters/store/tenants.ts'
import type { ServiceContext } from '../services/context.ts'
import type { HostAccess } from '../services/host/host-pool.ts'

/** Longer than any host that is well takes to tell of one tenant, in milliseconds. */
const longestMs = 2_000

/**
 * Tells of a closing of a tenant that another panel has renamed: somebody who goes by the name may mean the tenant that
 * has it now, which lets in as before. Closing waits for no such question, so it comes afterwards.
 */
export async function tellRenamed(
  context: Pick<ServiceContext, 'notices' | 'log'>,
  access: HostAccess,
  { id, name, revision }: StoredTenant,
): Promise<void> {
  // By itself it opens no connection.
  if (!access.link.info().connected) return
  const limit = { host: access.host.name, action: `ask what ${name} is called`, timeoutMs: longestMs }
  try {
    const records = await withLimit(limit, () => access.ledger.observe(id))
    const record = records.find((each) => each.id === id)
    if (record === undefined || record.revision <= revision || record.name === name) return
    context.notices.add(
      `Another panel has renamed ${name} on ${access.host.name}: it is called ${record.name} now, and that is the tenant which was closed. If you meant the one that is called ${name} by now, do it again.`,
    )
  } catch (error) {
    context.log.debug({ err: error, tenant: id }, 'whether a tenant was renamed is not known')
  }
}
