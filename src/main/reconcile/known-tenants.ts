import { type KnownTenant, listRevoked } from '../../core/plan/put-back.ts'
import type { TenantRecord } from '../../domain/tenant-plan.ts'
import { listArchivedRevocations } from '../adapters/store/archiving.ts'
import { listOperations } from '../adapters/store/operations.ts'
import type { StoreDb } from '../adapters/store/rows.ts'
import {
  listTenants,
  listTenantsById,
  listTenantsConfirmedAfter,
  type StoredTenant,
} from '../adapters/store/tenants.ts'
import { toDesired } from '../services/tenant/desired-tenant.ts'

/** Tenants of a host, deleted ones too. Those that are halfway are among them: what was closed of them is closed again. */
export const readKnown = (db: StoreDb, hostId: string): KnownTenant[] =>
  toKnown(listTenants(db, { hostId, withDeleted: true }))

/** The same of those whose last confirmed revision is beyond one of their host. */
export const readKnownAfter = (db: StoreDb, hostId: string, revision: number): KnownTenant[] =>
  toKnown(listTenantsConfirmedAfter(db, hostId, revision))

/** The same of those with these ids. */
export const readKnownOf = (db: StoreDb, ids: readonly string[]): KnownTenant[] =>
  toKnown(listTenantsById(db, ids))

function toKnown(tenants: readonly StoredTenant[]): KnownTenant[] {
  return tenants
    .filter(({ unread }) => unread === undefined)
    .map((tenant) => ({ ...tenant, ...toDesired(tenant), revoked: new Set<string>() }))
}

/** Reads the log of a tenant where that decides: for entries of a newer record that are not known here. */
export function withRevoked(db: StoreDb, tenant: KnownTenant, record: TenantRecord | undefined): KnownTenant {
  if (record === undefined || record.revision <= tenant.revision) return tenant
  const known = new Set(tenant.allow.map(({ cidr }) => cidr))
  if (record.allow.every(({ cidr }) => known.has(cidr))) return tenant
  const log = listOperations(db, { tenantId: tenant.id })
  return { ...tenant, revoked: new Set([...listArchivedRevocations(db, tenant.id), ...listRevoked(log)]) }
}

/**
 * Where the revisions of a host cannot be compared with those of before, a record of a deleted tenant is none that another
 * panel has put back.
 */
export function asDeletedLast(tenant: KnownTenant): KnownTenant {
  return tenant.phase === 'deleted' ? { ...tenant, revision: Number.MAX_SAFE_INTEGER } : tenant
}
