import type { StoreDb } from '../../adapters/store/rows.ts'
import { findTenant, updateTenant } from '../../adapters/store/tenants.ts'
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
