import { narrowDeletion } from '../../core/tenant/deletion.ts'
import { confirmDeleteClosed } from '../adapters/store/closings.ts'
import type { StoreDb } from '../adapters/store/rows.ts'
import { findTenant, updateTenant } from '../adapters/store/tenants.ts'
import type { HostAccess } from '../services/host/host-pool.ts'
import { type CarriedOut, confirmClosing } from './carry-out-closing.ts'

/**
 * Keeps that the host has closed a tenant that is being deleted, and, for the case that it comes back, no more of its
 * access than the host had of it.
 */
export function confirmClosedForGood(
  db: StoreDb,
  { host, seen }: Pick<HostAccess, 'host' | 'seen'>,
  operationId: string,
  tenantId: string,
  closed: CarriedOut,
): void {
  const written = seen.written.get(tenantId) ?? 0
  const tenant = findTenant(db, tenantId)
  if (tenant?.deletion != null && host.mode === 'filtered') {
    const { open, allow, releasedAt } = narrowDeletion(
      tenant.deletion,
      Math.max(tenant.revision, written),
      closed,
    )
    updateTenant(db, tenantId, { deletion: { open, allow: [...allow], releasedAt } })
  }
  confirmClosing(db, tenantId, closed, written)
  confirmDeleteClosed(db, operationId, tenantId)
}
