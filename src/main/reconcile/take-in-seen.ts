import { withLimit } from '../adapters/limit.ts'
import type { StoredTenant } from '../adapters/store/tenants.ts'
import type { ServiceContext } from '../services/context.ts'
import { adoptDeletions } from '../services/host/adopt-deletions.ts'
import { adoptObserved, isNews } from '../services/host/adopt-records.ts'
import type { HostAccess } from '../services/host/host-pool.ts'
import { tellAdopted, tellOthers } from '../services/host/tell-others.ts'
import type { ObservedTenants } from '../services/tenant/observe-tenants.ts'
import { tryFollowPutBack } from './put-back.ts'

/** Tenants that people are about to read: all of a host that the store knows, or some of them. */
interface Read {
  readonly tenants: readonly StoredTenant[]
  readonly isWhole: boolean
  /** When the records were asked for, on the monotonic clock in milliseconds. */
  readonly since: number
}

/**
 * Takes in what a look at a host has shown of other panels' work, before people read it: what they read of who gets in is
 * then what the host had. For as long as a look may take; what takes longer goes on beside it. Never throws.
 * @returns whether the store may have something else now than what was read of it
 */
export async function takeInSeen(
  context: ServiceContext,
  access: HostAccess,
  observed: ObservedTenants,
  read: Read,
): Promise<boolean> {
  const { host, timeLimits } = access
  const work = takeIn(context, access, observed, read).catch((error: unknown) => {
    context.log.warn({ err: error, host: host.id }, 'what other panels did is not taken in yet')
    return true
  })
  context.background.add(work)
  const limit = { host: host.name, action: 'take in its records', timeoutMs: timeLimits.lookMs }
  return withLimit(limit, () => work).catch(() => true)
}

async function takeIn(
  context: ServiceContext,
  access: HostAccess,
  observed: ObservedTenants,
  { tenants, isWhole, since }: Read,
): Promise<boolean> {
  const { host } = access
  if (host.mode !== 'filtered') return false
  const { records } = observed
  const missing = tenants.filter(
    (tenant) => isMissing(tenant, observed) && !context.running.isBusy(tenant.id),
  )
  const ids = missing.map(({ id }) => id)
  if (await tryFollowPutBack(context, access, records)) return false
  // Before what is new comes in: that may have the name of a deleted one.
  const deleted = await adoptDeletions(context, access, ids)
  tellOthers(context, 'deleted', deleted, host)
  if (!hasNews(records, { tenants, isWhole })) return deleted.length > 0
  const adopted = await adoptObserved(context, host, observed, { since })
  tellAdopted(context, adopted, host)
  // A tenant that was older when it was read may have been taken in beside this look.
  return isAnyOlder(tenants, records) || deleted.length + Object.values(adopted).flat().length > 0
}

function hasNews(
  records: ObservedTenants['records'],
  { tenants, isWhole }: Pick<Read, 'tenants' | 'isWhole'>,
): boolean {
  if (isAnyOlder(tenants, records)) return true
  const known = new Set(tenants.map(({ id }) => id))
  return isWhole && [...records.keys()].some((id) => !known.has(id))
}

const isAnyOlder = (tenants: readonly StoredTenant[], records: ObservedTenants['records']): boolean =>
  tenants.some((tenant) => {
    const record = records.get(tenant.id)
    return record !== undefined && isNews(tenant, record)
  })

const isMissing = ({ id, phase, unread }: StoredTenant, { records }: ObservedTenants): boolean =>
  phase === 'present' && unread === undefined && !records.has(id)
