import { fail } from '../../../domain/problem-error.ts'
import { findHost, type StoredHost } from '../../adapters/store/hosts.ts'
import type { StoreDb } from '../../adapters/store/rows.ts'
import { findTenantByName, type StoredTenant } from '../../adapters/store/tenants.ts'

/** @throws ProblemError NOT_FOUND */
export function requireTenant(db: StoreDb, name: string): { tenant: StoredTenant; host: StoredHost } {
  const tenant = findTenantByName(db, name)
  const host = tenant === undefined ? undefined : findHost(db, tenant.hostId)
  if (tenant === undefined || host === undefined) {
    return fail({ code: 'NOT_FOUND', details: { noun: 'tenant', name } })
  }
  return { tenant, host }
}
