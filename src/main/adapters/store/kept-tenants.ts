import type { StoreDb } from './rows.ts'
import type { StoredTenant, TenantRevision } from './tenants.ts'

/** The tenants of a host as queries have read them last, and which of them a change has touched since. */
interface Shelf {
  rows: readonly StoredTenant[] | undefined
  touched: Set<string>
  /** Of deleted ones as well; undefined where any of them was touched. */
  revisions: ReadonlyMap<string, TenantRevision> | undefined
}

/** By the ids of hosts. */
export type KeptTenants = Map<string, Shelf>

interface Source {
  readonly readAll: () => readonly StoredTenant[]
  /** Rows with these ids that are still among them. */
  readonly readSome: (ids: readonly string[]) => readonly StoredTenant[]
}

/** Of databases that queries get, and of the transactions that change what these have read. */
const [forQueries, forChanges] = [new WeakMap<StoreDb, KeptTenants>(), new WeakMap<StoreDb, KeptTenants>()]

/** Keeps what queries of this database read, for as long as it is open. */
export function keepTenants(db: StoreDb): KeptTenants {
  const kept: KeptTenants = new Map()
  forQueries.set(db, kept)
  return kept
}

/** A transaction itself reads what is there: nothing that it may still take back is kept. */
export function followTransaction(transaction: StoreDb, kept: KeptTenants): void {
  forChanges.set(transaction, kept)
}

/** Called before a row is changed, also by a change that is taken back then. */
export function touchKept(transaction: StoreDb, table: string, id: string): void {
  const kept = forChanges.get(transaction)
  if (kept === undefined) return
  // With a host go its tenants.
  if (table === 'hosts') kept.delete(id)
  if (table !== 'tenants') return
  for (const shelf of kept.values()) {
    shelf.touched.add(id)
    shelf.revisions = undefined
  }
}

/** The kept tenants, with what was touched read again: of thousands only a few change between two lists. */
export function readKeptTenants(db: StoreDb, hostId: string, source: Source): readonly StoredTenant[] {
  const shelf = findShelf(db, hostId)
  if (shelf.rows === undefined) shelf.rows = source.readAll()
  else if (shelf.touched.size > 0) {
    const rest = shelf.rows.filter(({ id }) => !shelf.touched.has(id))
    shelf.rows = [...rest, ...source.readSome([...shelf.touched])]
  }
  shelf.touched = new Set()
  return shelf.rows
}

/** The kept revisions; they are read again where any was touched. */
export function readKeptRevisions(
  db: StoreDb,
  hostId: string,
  readAll: () => ReadonlyMap<string, TenantRevision>,
): ReadonlyMap<string, TenantRevision> {
  const shelf = findShelf(db, hostId)
  shelf.revisions ??= readAll()
  return shelf.revisions
}

/** In a transaction an empty one, which nobody keeps. */
function findShelf(db: StoreDb, hostId: string): Shelf {
  const kept = forQueries.get(db)
  const known = kept?.get(hostId)
  if (known !== undefined) return known
  const shelf: Shelf = { rows: undefined, touched: new Set(), revisions: undefined }
  kept?.set(hostId, shelf)
  return shelf
}
