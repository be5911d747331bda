import { foldName } from '../../../domain/name.ts'
import { listPendingClosings } from '../../adapters/store/closings.ts'
import type { StoredHost } from '../../adapters/store/hosts.ts'
import { listUndoneCreates } from '../../adapters/store/operations.ts'
import type { StoreDb } from '../../adapters/store/rows.ts'
import {
  findTenantByName,
  insertTenants,
  listNameHolders,
  listRevisions,
  type StoredTenant,
  updateTenant,
} from '../../adapters/store/tenants.ts'
import { listUnfinishedIds } from '../../adapters/store/unfinished.ts'
import type { ServiceContext } from '../context.ts'
import type { LedgerRecord } from '../tenant/ledger.ts'
import { type ObservedTenants, observeContainers, observeRecords } from '../tenant/observe-tenants.ts'
import type { HostAccess } from './host-pool.ts'

/** Names of tenants that came in because they are new here, and of those that are another way now. */
export interface Adopted {
  readonly added: readonly string[]
  readonly changed: readonly string[]
}

interface AdoptOptions {
  /** The host's records, if they were read a moment ago. */
  readonly records?: ObservedTenants['records']
  /** An operation that does not count as work on its tenant. */
  readonly own?: string
}

/**
 * Asks the host and takes over what it knows and the store does not. Docker is asked only where a closed record may be
 * one that another panel is making or removing.
 */
export async function adoptRecords(
  context: ServiceContext,
  access: HostAccess,
  { own, ...given }: AdoptOptions = {},
): Promise<Adopted> {
  const records = given.records ?? (await observeRecords(access))
  const known = await context.store.read(listRevisions)
  const isDoubtful = [...records.values()].some(
    (record) => !record.open && isNews(known.get(record.id), record),
  )
  const containers = isDoubtful ? await observeContainers(access).catch(() => noContainers) : noContainers
  return adoptObserved(context, access.host, { records, containers }, own)
}

/** A closed record whose container cannot be looked for waits until Docker answers. */
const noContainers: ObservedTenants['containers'] = new Map()

/**
 * The host's memory wins where it is newer: tenants that another panel made, or that this store has lost, come in, and
 * what another panel changed is taken over, so that two panels never undo each other. Tenants that this program is at
 * work on, that are unfinished, or of which access is still to be taken away, are left as they are here.
 */
export async function adoptObserved(
  context: ServiceContext,
  host: StoredHost,
  observed: ObservedTenants,
  own?: string,
): Promise<Adopted> {
  const left = await context.store.read((db) => {
    const closing = listPendingClosings(db, host.id).map(({ operation }) => operation.tenantId)
    return new Set([...listUnfinishedIds(db, host.id), ...closing])
  })
  const records = [...observed.records.values()].filter(
    (record) =>
      isSettled(record, observed) && !context.running.isBusy(record.id, own) && !left.has(record.id),
  )
  const known = await context.store.read(listRevisions)
  const news = records.filter((record) => isNews(known.get(record.id), record))
  if (news.length === 0) return { added: [], changed: [] }
  const current = await leaveTakenBack(context, host, news, (id) => known.has(id))
  return context.store.write((db) => takeIn(db, host, current))
}

/**
 * A create that was taken back after the records were read is not in the store any more, and must not come in as another
 * panel's: the host is asked once more whether it still has such a record.
 */
async function leaveTakenBack(
  { store, hosts }: ServiceContext,
  host: StoredHost,
  news: readonly LedgerRecord[],
  isKnown: (id: string) => boolean,
): Promise<readonly LedgerRecord[]> {
  const undone = await store.read((db) => listUndoneCreates(db, host.id))
  const doubtful = news.filter(({ id }) => !isKnown(id) && undone.has(id))
  const { ledger } = hosts.access(host)
  const gone = new Set<string>()
  for (const { id } of doubtful) if ((await ledger.observe(id)).length === 0) gone.add(id)
  return news.filter(({ id }) => !gone.has(id))
}

/** A closed record without a container is one that another panel is making or removing right now. */
function isSettled({ id, open }: LedgerRecord, { containers }: ObservedTenants): boolean {
  return open || containers.has(id)
}

/** Whether a host's record is newer than what is known here. What this panel makes or removes right now is its own matter. */
export function isNews(
  known: Pick<StoredTenant, 'phase' | 'revision'> | undefined,
  record: LedgerRecord,
): boolean {
  return known === undefined || (known.phase === 'present' && known.revision < record.revision)
}

/** All of them come in at once: another panel may have made thousands. */
function takeIn(db: StoreDb, host: StoredHost, records: readonly LedgerRecord[]): Adopted {
  const known = listRevisions(db)
  // What was changed here since the look is newer.
  const changed = records
    .filter(({ id }) => known.has(id))
    .filter((record) => isNews(known.get(record.id), record))
  for (const record of changed) takeOver(db, host, record)
  const holders = listNameHolders(db)
  const added = records
    .filter(({ id }) => !known.has(id))
    .map((record) => {
      const tenant = renderAdopted(host, record, (name) => holders.get(foldName(name)))
      holders.set(foldName(tenant.name), tenant.id)
      return tenant
    })
  insertTenants(db, added)
  return { added: toNames(added), changed: toNames(changed) }
}

function toNames(tenants: readonly { readonly name: string }[]): string[] {
  return tenants.map(({ name }) => name)
}

/** Takes over what a host remembers of a tenant that is known here. */
export function takeOver(db: StoreDb, host: StoredHost, record: LedgerRecord): void {
  const { name, port, network, revision, memoryMb, maxConnections, open, notes, tags, allow } = renderAdopted(
    host,
    record,
    (name) => findTenantByName(db, name)?.id,
  )
  const taken = { name, port, network, revision, memoryMb, maxConnections, open, notes, tags, allow }
  updateTenant(db, record.id, taken)
}

/**
 * Takes over names once more, when all records are taken over: a name that one tenant has got may have been another's
 * until then.
 */
export function takeNames(db: StoreDb, host: StoredHost, records: readonly LedgerRecord[]): void {
  const holderOf = (name: string) => findTenantByName(db, name)?.id
  for (const record of records) updateTenant(db, record.id, { name: freeName(record, host.name, holderOf) })
}

function renderAdopted(
  host: StoredHost,
  record: LedgerRecord,
  holderOf: (name: string) => string | undefined,
): StoredTenant {
  const { id, createdAt, port, network, revision, memoryMb, maxConnections, open, notes } = record
  return {
    ...{ id, hostId: host.id, name: freeName(record, host.name, holderOf), port, network, revision },
    ...{ memoryMb, maxConnections, open, notes, tags: [...record.tags], allow: [...record.allow] },
    ...{ phase: 'present', createdAt, deletedAt: null },
  }
}

/** The record's name; where another tenant here has it, the host's name is put behind, so that neither is lost. */
export function freeName(
  { id, name }: Pick<LedgerRecord, 'id' | 'name'>,
  hostName: string,
  holderOf: (name: string) => string | undefined,
): string {
  const candidates = [name, `${name}@${hostName}`, `${name}-${id}`]
  return candidates.find((candidate) => [undefined, id].includes(holderOf(candidate))) ?? id
}
