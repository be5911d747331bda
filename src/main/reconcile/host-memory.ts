import type { HostMemory, KnownTenant } from '../../core/plan/put-back.ts'
import { listNameCandidates } from '../../core/tenant/adopted-name.ts'
import type { TenantRecord } from '../../domain/tenant-plan.ts'
import { listPendingClosings } from '../adapters/store/closings.ts'
import { findHost, type StoredHost } from '../adapters/store/hosts.ts'
import type { StoreDb } from '../adapters/store/rows.ts'
import { listRevisions } from '../adapters/store/tenants.ts'
import { listUnfinishedIds } from '../adapters/store/unfinished.ts'
import type { ServiceContext } from '../services/context.ts'
import type { HostAccess } from '../services/host/host-pool.ts'
import { observeRecords } from '../services/tenant/observe-tenants.ts'
import { asDeletedLast, readKnown, withRevoked } from './known-tenants.ts'

/** A host's tenants as this panel has them, and as the host remembers them. */
export interface SeenMemory {
  readonly host: StoredHost
  readonly known: readonly KnownTenant[]
  readonly memory: HostMemory
  /** Tenants that were not looked at, because this program is at work on them. */
  readonly leftOut: ReadonlySet<string>
  /** Tenants with work or a closing whose end is not confirmed: what else differs of them is settled by that. */
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
  // A port that is kept back may be older than the tenant's return, which such a host has lost.
  const isPutBack = isAnother || host.putBack !== null
  const released = isNew && !isPutBack ? await observeReleased(access, missing) : new Set<string>()
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
      unfinished: new Set([...listUnfinishedIds(db, access.host.id), ...listPendingIds(db, access.host.id)]),
      known: unchanged
        .map((tenant) => withRevoked(db, tenant, records.get(tenant.id)))
        .map((tenant) => (isPutBack ? asDeletedLast(tenant) : tenant)),
      memory: { records: nameAsHere(host, unchanged, records), released },
    }
  })
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

const listPendingIds = (db: StoreDb, hostId: string): string[] =>
  listPendingClosings(db, hostId).flatMap(({ operation }) => operation.tenantId ?? [])
