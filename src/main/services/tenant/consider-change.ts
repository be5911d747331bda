import { describePhase } from '../../../domain/describe-phase.ts'
import { fail } from '../../../domain/problem-error.ts'
import { type ObservedTenant, planTenant } from '../../../domain/tenant-plan.ts'
import { findHost } from '../../adapters/store/hosts.ts'
import type { StoreDb } from '../../adapters/store/rows.ts'
import { findTenant, type StoredTenant } from '../../adapters/store/tenants.ts'
import { adoptAgain } from '../../reconcile/adopt-all.ts'
import type { ServiceContext } from '../context.ts'
import type { HostAccess } from '../host/host-pool.ts'
import { type CacheMark, observeCacheMark } from './cache-mark.ts'
import { lastConfirmed, toDesired } from './desired-tenant.ts'
import { requireTenant } from './find-tenant.ts'
import { observeTenant } from './observe-tenants.ts'
import type { TenantChange } from './tenant-change.ts'

/** A tenant as it was found when its change was asked for. */
export type AskedTenant = Pick<StoredTenant, 'id' | 'name'>

/** Looks at what a change needs to see before anything is written. */
export async function consider(
  context: ServiceContext,
  access: HostAccess,
  asked: AskedTenant,
  change: TenantChange,
): Promise<{ observed: ObservedTenant | undefined; image: string | null; mark?: CacheMark }> {
  const image = (await change.image?.(access)) ?? null
  const isOfRecord = change.basis === 'record' && change.consider === undefined
  if (isOfRecord && (await changesRecord(context, asked, change))) return { observed: undefined, image }
  const { tenant, observed } = await observeConfirmed(context, access, asked, change)
  await change.consider?.(tenant, observed, access)
  if (change.marked !== true) return { observed, image }
  return { observed, image, mark: await observeCacheMark(access, asked.id) }
}

/** Where a change asks for what was confirmed already, the host is asked whether it is so still. */
function changesRecord(
  { store }: ServiceContext,
  asked: AskedTenant,
  change: TenantChange,
): Promise<boolean> {
  return store.read((db) => {
    const before = requirePresent(db, asked)
    const desired = toDesired({ ...before, ...change.change(before, db) })
    return planTenant({ ...desired, image: null }, lastConfirmed(before)).length > 0
  })
}

/**
 * The tenant here and there. What was planned on the host's newest revision with a list of before would let in again whom
 * another panel shut out, so what it did there is taken in first.
 * @throws ProblemError REVISION_STALE where the host's record is not the one that this panel knows, nor can be taken in
 */
async function observeConfirmed(
  context: ServiceContext,
  access: HostAccess,
  asked: AskedTenant,
  { endsCache: mayHang = false }: TenantChange,
): Promise<{ tenant: StoredTenant; observed: ObservedTenant }> {
  const { host } = access
  const { id, name } = await context.store.read((db) => requirePresent(db, asked))
  for (let isAgain = false; ; isAgain = true) {
    const tenant = await context.store.read((db) => {
      requireTenant(db, { name, id })
      return requirePresent(db, { name, id })
    })
    const observed = await observeTenant(access, id, { mayHang })
    const found = observed.record?.revision ?? 0
    if (host.mode !== 'filtered' || found === tenant.revision) return { tenant, observed }
    if (isAgain) {
      const details = { host: host.name, tenant: name, expected: tenant.revision, found }
      return fail({ code: 'REVISION_STALE', details })
    }
    await adoptAgain(context, access)
    await context.store.read((db) => requireNotPutBack(db, tenant))
  }
}

/** @throws ProblemError HOST_PUT_BACK while the host has the tenant otherwise and nobody has chosen */
export function requireNotPutBack(db: StoreDb, { id, hostId, name }: StoredTenant): void {
  const host = findHost(db, hostId)
  if (host?.putBack?.tenantIds.includes(id) !== true) return
  fail({ code: 'HOST_PUT_BACK', details: { host: host.name, tenant: name } })
}

/**
 * The tenant as it is now.
 * @throws ProblemError NOT_FOUND by the name that it was asked for, where its host was removed meanwhile; TENANT_BUSY
 */
export function requirePresent(db: StoreDb, { id, name }: AskedTenant): StoredTenant {
  const tenant = findTenant(db, id)
  if (tenant?.phase === 'present') return tenant
  if (tenant === undefined) return fail({ code: 'NOT_FOUND', details: { noun: 'tenant', name } })
  return fail({ code: 'TENANT_BUSY', details: { tenant: tenant.name, state: describePhase(tenant.phase) } })
}
