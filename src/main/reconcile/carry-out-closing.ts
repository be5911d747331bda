import type { Closing } from '../../core/plan/closing.ts'
import { ProblemError } from '../../domain/problem-error.ts'
import { doubtHistory } from '../adapters/store/hosts.ts'
import type { StoreDb } from '../adapters/store/rows.ts'
import { findTenant, updateTenant } from '../adapters/store/tenants.ts'
import type { Closed } from '../hosts/registry/close-in-registry.ts'
import type { ServiceContext } from '../services/context.ts'
import type { HostAccess } from '../services/host/host-pool.ts'
import { requireSameServer, requireServerAtStart } from './same-server.ts'

/**
 * The key of the lane in which the closings of one tenant run: no change of it is ever before them. It is held for one
 * closing at a time, and a person's closing takes its place there before it can be seen in the store: whoever finds that
 * it is pending, and waits in the lane, comes after it.
 */
export const closingLane = (tenantId: string): string => `closing ${tenantId}`

/** A host's answer to a closing. */
export interface CarriedOut extends Closed {
  /** Its record was older than what it had confirmed when it was asked: it was put back. */
  readonly isOlder: boolean
}

/**
 * Takes access away on the host: the registry alone is asked, in a session of its own, so that neither Docker nor any
 * other work there is in the way.
 * @param askedAt of a first try: when a person asked, on the monotonic clock. A host that can be asked soon after that has
 *   now what is to be closed, whoever wrote it and whether or not this store knows: nothing counts as later then.
 * @throws ProblemError whatever kept the host from confirming it
 */
export async function carryOutClosing(
  context: Pick<ServiceContext, 'atPoint' | 'store'>,
  access: HostAccess,
  operationId: string,
  tenantId: string,
  { cidrs, ...closing }: Closing,
  askedAt = Number.NEGATIVE_INFINITY,
): Promise<CarriedOut> {
  await context.atPoint('before close-access')
  const known = await context.store.read((db) => findTenant(db, tenantId)?.revision ?? 0)
  try {
    await requireServerAtStart(context, access, tenantId)
    const isSoon = performance.now() - askedAt < access.timeLimits.slowStartMs
    const asOf = isSoon ? null : closing.asOf
    const closed = await access.ledger.close({ operationId: `${operationId}-close`, tenantId, cidrs, asOf })
    access.seen.closedAt.set(tenantId, performance.now())
    if (!closed.absent) keepClosing(access, tenantId, closed)
    await context.atPoint('after close-access')
    if (closed.absent) await requireSameServer(context, access, tenantId)
    return { ...closed, isOlder: !closed.absent && closed.was < known }
  } catch (error) {
    if (isSilence(error)) access.seen.silentAt = performance.now()
    throw error
  }
}

/** Where the store does not know yet that a record was reserved, it cannot tell that only this closed it since. */
function keepClosing({ seen }: HostAccess, tenantId: string, { was, revision }: Closed): void {
  const last = seen.closings.get(tenantId)
  seen.closings.set(tenantId, { was: last?.revision === was ? last.was : was, revision })
}

/** Another closing of the same host would wait just as long for nothing. */
function isSilence(error: unknown): boolean {
  return (
    error instanceof ProblemError && /^(SUDO_SILENT|TIMED_OUT|HOST_UNREACHABLE)$/.test(error.problem.code)
  )
}

/**
 * Keeps in the store what the host has confirmed. The revision is taken over where nobody else changed the tenant on the
 * host since this panel last knew it; otherwise the host's record stays news, which adopting takes in. Of a host that shows
 * by it that it was put back nothing is news before that is settled.
 * @param written the revision that a change under way here has written last, which the store does not have yet; 0: none
 */
export function confirmClosing(db: StoreDb, tenantId: string, closed: CarriedOut, written = 0): void {
  const tenant = findTenant(db, tenantId)
  if (tenant !== undefined && closed.isOlder) {
    doubtHistory(db, tenant.hostId)
    return
  }
  if (tenant === undefined || closed.absent || closed.revision <= tenant.revision) return
  if (closed.was > Math.max(tenant.revision, written)) return
  updateTenant(db, tenantId, { revision: closed.revision })
}
