import { fail } from '../../../domain/problem-error.ts'
import { findHost, type StoredHost } from '../../adapters/store/hosts.ts'
import type { StoreDb } from '../../adapters/store/rows.ts'
import { findTenant, findTenantByName, type StoredTenant } from '../../adapters/store/tenants.ts'

/** The tenant that is meant: by name, and with the id only if it is still that one. */
export interface TenantRef {
  readonly name: string
  readonly id?: string | undefined
}

/** @throws ProblemError NOT_FOUND, also when another tenant has the name now; TENANT_RENAMED */
export function requireTenant(
  db: StoreDb,
  { name, id }: TenantRef,
): { tenant: StoredTenant; host: StoredHost } {
  const named = findTenantByName(db, name)
  const tenant = id === undefined || id === named?.id ? named : findTenant(db, id)
  const host = tenant === undefined ? undefined : findHost(db, tenant.hostId)
  if (tenant === undefined || tenant.phase === 'deleted' || host === undefined) {
    return fail({ code: 'NOT_FOUND', details: { noun: 'tenant', name } })
  }
  if (tenant.id !== named?.id) fail({ code: 'TENANT_RENAMED', details: { tenant: name, now: tenant.name } })
  return { tenant, host }
}
