import type { StoredOperation } from '../../adapters/store/operations.ts'
import type { StoreDb } from '../../adapters/store/rows.ts'
import { listTenantsById } from '../../adapters/store/tenants.ts'
import { keptBackMs } from '../tenant/loopback-ledger.ts'

/** The ids of those operations that deleted a tenant which is still gone and whose port is kept back for it. */
export function listRestorable(
  db: StoreDb,
  operations: readonly StoredOperation[],
  now: Date,
): ReadonlySet<string> {
  const deletes = operations.filter(({ kind, outcome }) => kind === 'tenant delete' && outcome === 'done')
  const ids = deletes.flatMap(({ tenantId }) => tenantId ?? [])
  const since = new Date(now.getTime() - keptBackMs).toISOString()
  const gone = new Map(
    listTenantsById(db, ids)
      .filter(({ phase, deletedAt }) => phase === 'deleted' && (deletedAt ?? '') > since)
      .map(({ id, deletedAt }) => [id, deletedAt]),
  )
  // Of several deletes of one tenant the last has the moment that the tenant has.
  const isLast = ({ tenantId, finishedAt }: StoredOperation): boolean =>
    finishedAt !== null && gone.get(tenantId ?? '') === finishedAt
  return new Set(deletes.filter(isLast).map(({ id }) => id))
}
