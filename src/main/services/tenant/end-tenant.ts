import { isClosingKind } from '../../../core/plan/closing.ts'
import { listOperations } from '../../adapters/store/operations.ts'
import type { StoreDb } from '../../adapters/store/rows.ts'
import { findTenant, takeOutUnmade, updateTenant } from '../../adapters/store/tenants.ts'
import { endOperation } from '../operation/operation-log.ts'
import type { Removed } from './ledger.ts'

/**
 * Notes in the store that a tenant is deleted, and the access that it had, with which it can be put back.
 * @param removed what its host says; null where it had no record any more
 */
export function endTenant(db: StoreDb, id: string, now: Date, removed: Removed | null): void {
  const tenant = findTenant(db, id)
  if (tenant === undefined) return
  // A deletion that only was learned of, of a tenant that another panel may have closed before.
  const { open, allow } = tenant.deletion ?? { open: null, allow: tenant.allow }
  updateTenant(db, id, {
    ...{ phase: 'deleted', deletedAt: now.toISOString(), open: false, allow: [] },
    // A record that was read before it was removed is older.
    revision: Math.max(tenant.revision, removed?.revision ?? 0),
    deletion: { open, allow: [...allow], releasedAt: removed?.releasedAt ?? null },
  })
}

/**
 * Takes a tenant out of the store whose making was undone. Access that was to be taken away from it meanwhile is away with
 * it, and nothing could confirm that any more.
 * @param revision of the host since its record is gone
 */
export function endUnmade(db: StoreDb, now: Date, id: string, revision = 0): void {
  takeOutUnmade(db, id, revision)
  for (const operation of listOperations(db, { tenantId: id, unsettled: true }))
    if (isClosingKind(operation.kind)) endOperation(db, now, operation, { kind: 'done' })
}
