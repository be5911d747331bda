import { type HostMemory, type KnownTenant, listRevoked } from '../../core/plan/put-back.ts'
import { listNameCandidates } from '../../core/tenant/adopted-name.ts'
import type { TenantRecord } from '../../domain/tenant-plan.ts'
import { listArchivedRevocations } from '../adapters/store/archiving.ts'
import { findHost, type StoredHost } from '../adapters/store/hosts.ts'
import { listOperations } from '../adapters/store/operations.ts'
import type { StoreDb } from '../adapters/store/rows.ts'
import { listRevisions, listTenants } from '../adapters/store/tenants.ts'
import { listUnfinishedIds } from '../adapters/store/unfinished.ts'
import type { ServiceContext } from '../services/context.ts'
import type { HostAccess } from '../services/host/host-pool.ts'
import { toDesired } from '../services/tenant/desired-tenant.ts'
import { observeRecords } from '../services/tenant/observe-tenants.ts'

/** A host's tenants as this panel has them, and as the host remembers them. */
export interface SeenMemory {
  readonly host: StoredHost
  readonly known: readonly KnownTenant[]
  readonly memory: HostMemory
  /** Tenants that were not looked at, because this program is at work on them. */
  readonly leftOut: ReadonlySet<string>
  /** Tenants with work whose end is not confirmed: recovery settles what else differs of them. */
  readonly unfinished: ReadonlySet<string>
}

export interface MemoryOptions {
  /** The host is known to have another history than before. */
  readonly isAnother?: boolean
  /** An operation that does not count as work on its tenant. */
  readonly own?: string | undefined
}

/**
 * Reads the store first and the host then, so that a record with a lower revision than the store's is older for certain.
 * @throws ProblemError of the connection or the helper
 */
export async function observeMemory(
  context: ServiceContext,
  access: HostAccess,
  { isAnother = false, own }: MemoryOptions = {},
): Promise<SeenMemory> {
  const isBusy = (id: string): boolean => context.running.isBusy(id, own)
  const { all, host } = await context.store.read((db) => ({
    all: readKnown(db, access.host.id),
    host: findHost(db, access.host.id) ?? access.host,
  }))
  const known = all.filter(({ id }) => !isBusy(id))
  const records = await observeRecords(access)
  const asked = new Set(host.putBack?.tenantIds ?? [])
  const missing = known.filter(({ id, phase }) => phase === 'present' && !records.has(id))
  const isNew = missing.some(({ id }) => !asked.has(id))
  const released = isNew ? await observeReleased(access, missing) : new Set<string>()
  return context.store.read((db) => {
    const now = listRevisions(db)
    // Tenants that were changed here meanwhile must not be judged by their old state.
    const unchanged = known.filter(({ id, phase, revision }) => {
      const tenant = now.get(id)
      return tenant?.phase === phase && tenant.revision === revision && !isBusy(id)
    })
    const judged = new Set(unchanged.map(({ id }) => id))
    return {
      host,
      leftOut: new Set(all.flatMap(({ id }) => (judged.has(id) ? [] : [id]))),
      unfinished: listUnfinishedIds(db, access.host.id),
      known: unchanged
        .map((tenant) => withRevoked(db, tenant, records.get(tenant.id)))
        .map((tenant) => (isAnother || host.putBack !== null ? asDeletedLast(tenant) : tenant)),
      memory: { records: nameAsHere(host, unchanged, records), released },
    }
  })
}

/**
 * Where the revisions of a host cannot be compared with those of before, a record of a deleted tenant is none that another
 * panel has put back.
 */
function asDeletedLast(tenant: KnownTenant): KnownTenant {
  return tenant.phase === 'deleted' ? { ...tenant, revision: Number.MAX_SAFE_INTEGER } : tenant
}

/** A name that somebody else has here is another one here: that is no difference, and nothing could settle it. */
function nameAsHere(
  host: StoredHost,
  known: readonly KnownTenant[],
  records: ReadonlyMap<string, TenantRecord>,
): ReadonlyMap<string, TenantRecord> {
  const named = new Map(records)
  for (const { id, name } of known) {
    const record = records.get(id)
    if (record === undefined || record.name === name) continue
    if (listNameCandidates({ ...record, id }, host.name).includes(name)) named.set(id, { ...record, name })
  }
  return named
}

/** The missing tenants whose port is kept back, without those that were put back since. */
async function observeReleased(
  { helper }: HostAccess,
  missing: readonly KnownTenant[],
): Promise<Set<string>> {
  const { state } = await helper.request<'observe'>({ op: 'observe' })
  const released = new Set(state?.released.map(({ tenantId }) => tenantId))
  const isOlder = ({ revision }: KnownTenant): boolean => (state?.revision ?? 0) < revision
  return new Set(missing.flatMap((each) => (released.has(each.id) && !isOlder(each) ? [each.id] : [])))
}

/** Tenants of a host, deleted ones too. Those that are halfway are among them: what was closed of them is closed again. */
function readKnown(db: StoreDb, hostId: string): KnownTenant[] {
  return listTenants(db, { hostId, withDeleted: true })
    .filter(({ unread }) => unread === undefined)
    .map((tenant) => ({ ...tenant, ...toDesired(tenant), revoked: new Set<string>() }))
}

/** Reads the log of a tenant where that decides: for entries of a newer record that are not known here. */
function withRevoked(db: StoreDb, tenant: KnownTenant, record: TenantRecord | undefined): KnownTenant {
  if (record === undefined || record.revision <= tenant.revision) return tenant
  const known = new Set(tenant.allow.map(({ cidr }) => cidr))
  if (record.allow.every(({ cidr }) => known.has(cidr))) return tenant
  const log = listOperations(db, { tenantId: tenant.id })
  return { ...tenant, revoked: listRevoked(log, listArchivedRevocations(db, tenant.id)) }
}
