import type { StoredHost } from '../../adapters/store/hosts.ts'
import type { StoreDb } from '../../adapters/store/rows.ts'
import {
  findTenant,
  findTenantByName,
  insertTenant,
  listRevisions,
  type StoredTenant,
  updateTenant,
} from '../../adapters/store/tenants.ts'
import type { ServiceContext } from '../context.ts'
import type { LedgerRecord } from '../tenant/ledger.ts'
import { type ObservedTenants, observeTenants } from '../tenant/observe-tenants.ts'
import type { HostAccess } from './host-pool.ts'

/** Asks the host and takes over what it knows and the store does not. Returns the names of tenants that are new here. */
export async function adoptRecords(context: ServiceContext, access: HostAccess): Promise<string[]> {
  return adoptObserved(context, access.host, await observeTenants(access))
}

/**
 * The host's memory wins where it is newer: tenants that another panel made, or that this store has lost, come in, and
 * what another panel changed is taken over, so that two panels never undo each other.
 */
export async function adoptObserved(
  context: ServiceContext,
  host: StoredHost,
  observed: ObservedTenants,
): Promise<string[]> {
  const records = [...observed.records.values()].filter((record) => isSettled(record, observed))
  const known = await context.store.read(listRevisions)
  const news = records.filter((record) => isNews(known.get(record.id), record))
  if (news.length === 0) return []
  return context.store.write((db) => news.flatMap((record) => adoptRecord(db, host, record)))
}

/** A closed record without a container is one that another panel is making or removing right now. */
function isSettled({ id, open }: LedgerRecord, { containers }: ObservedTenants): boolean {
  return open || containers.has(id)
}

function isNews(known: Pick<StoredTenant, 'phase' | 'revision'> | undefined, record: LedgerRecord): boolean {
  return known === undefined || (known.phase === 'present' && known.revision < record.revision)
}

/** Takes over one record. Returns its name here if the tenant is new. */
export function adoptRecord(db: StoreDb, host: StoredHost, record: LedgerRecord): string[] {
  const { id, createdAt, port, network, revision, memoryMb, maxConnections, open, notes } = record
  const name = freeName(db, record, host.name)
  const tags = [...record.tags]
  const allow = [...record.allow]
  const taken = { name, port, network, revision, memoryMb, maxConnections, open, notes, tags, allow }
  if (findTenant(db, id) !== undefined) {
    updateTenant(db, id, taken)
    return []
  }
  insertTenant(db, { ...taken, id, hostId: host.id, phase: 'present', createdAt, deletedAt: null })
  return [name]
}

/** The record's name; where another tenant here has it, the host's name is put behind, so that neither is lost. */
function freeName(db: StoreDb, { id, name }: LedgerRecord, hostName: string): string {
  const candidates = [name, `${name}@${hostName}`, `${name}-${id}`]
  const free = candidates.find((candidate) => {
    const holder = findTenantByName(db, candidate)
    return holder === undefined || holder.id === id
  })
  return free ?? id
}
