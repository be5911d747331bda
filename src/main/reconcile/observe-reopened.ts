import { planCloseAgain } from '../../core/plan/put-back.ts'
import type { TenantRecord } from '../../domain/tenant-plan.ts'
import { listPendingClosings } from '../adapters/store/closings.ts'
import { listOperations } from '../adapters/store/operations.ts'
import type { StoreDb } from '../adapters/store/rows.ts'
import type { ServiceContext } from '../services/context.ts'
import type { HostAccess } from '../services/host/host-pool.ts'
import { observeRecords } from '../services/tenant/observe-tenants.ts'
import { asDeletedLast, readKnownAfter, readKnownOf, withRevoked } from './known-tenants.ts'

/** The outcome of such a look. */
export interface Reopened {
  /** Somebody who was shut out is let in again, or a tenant that came back here after its delete is deleted again. */
  readonly isReopened: boolean
  /** Tenants that cannot be judged yet, because something is being done to them. */
  readonly unjudged: ReadonlySet<string>
}

/** Of more tenants than these the records are asked for together. */
const mostAskedAlone = 5

/**
 * Whether a host lets in again whom this panel had shut out after the last history that it confirmed. A link that is cut
 * right after a closing leaves such a gap, and a host that is put back into it has no other history than the confirmed one.
 * Another panel may have let them in just as well; shut out is what they were told to be, and the operator is asked. So it
 * is with a tenant that was put back in that gap and that the host has no more.
 * @param confirmed the revision of that history
 * @param only these tenants are judged, whatever was confirmed since; undefined: all
 * @param recovering a tenant that recovery is about to follow: it is judged in any case
 * @throws ProblemError of the connection or the helper
 */
export async function observeReopened(
  context: ServiceContext,
  access: HostAccess,
  confirmed: number,
  only?: ReadonlySet<string>,
  recovering?: string,
): Promise<Reopened> {
  const { id: hostId } = access.host
  const { known, unjudged } = await context.store.read((db) => {
    const pending = listPendingClosings(db, hostId).map(({ operation }) => operation.tenantId)
    // Access that is still to be taken away is there. A tenant that is halfway may stay so for days, and is judged.
    const left = new Set(pending)
    if (recovering !== undefined) left.delete(recovering)
    const all = only === undefined ? readKnownAfter(db, hostId, confirmed) : readKnownOf(db, [...only])
    const known = all.filter(({ id }) => !left.has(id) && !context.running.isBusy(id))
    const judged = new Set(known.map(({ id }) => id))
    return { known, unjudged: new Set(all.flatMap(({ id }) => (judged.has(id) ? [] : [id]))) }
  })
  if (known.length === 0) return { isReopened: false, unjudged }
  const records = await observeEach(
    access,
    known.map(({ id }) => id),
  )
  return context.store.read((db) => {
    const judged = known.map((tenant) => asDeletedLast(withRevoked(db, tenant, records.get(tenant.id))))
    const again = planCloseAgain(judged, { records, released: new Set() })
    const missing = known.filter(({ id, phase }) => phase === 'present' && !records.has(id))
    // By the port that is kept back since its former delete it would count as deleted by another panel, with its cache.
    const isLost = missing.some(({ id }) => hasComeBack(db, id))
    return { isReopened: again.length > 0 || isLost, unjudged }
  })
}

const hasComeBack = (db: StoreDb, tenantId: string): boolean =>
  listOperations(db, { tenantId, outcome: 'done' }).some(({ kind }) => kind === 'tenant restore')

async function observeEach(
  access: HostAccess,
  ids: readonly string[],
): Promise<ReadonlyMap<string, TenantRecord>> {
  if (ids.length > mostAskedAlone) return observeRecords(access)
  const records = await Promise.all(ids.map((id) => access.ledger.observe(id)))
  return new Map(records.flat().map((record) => [record.id, record]))
}
