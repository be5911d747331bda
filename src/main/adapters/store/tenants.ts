import { and, asc, between, count, desc, eq, gt, ne, or, type SQL } from 'drizzle-orm'
import { z } from 'zod'
import { foldName } from '../../../domain/name.ts'
import { fail } from '../../../domain/problem-error.ts'
import { noteTouched } from './committed.ts'
import { readKeptRevisions, readKeptTenants } from './kept-tenants.ts'
import { DamagedRowError, groupBy, insertAll, isAmong, jsonColumn, moment, type StoreDb } from './rows.ts'
import { allowEntries, tenants } from './schema.ts'

const allowList = z.array(z.object({ cidr: z.string(), label: z.string() }))

const phases = ['creating', 'present', 'deleting', 'deleted'] as const

const storedTenant = z.object({
  id: z.string(),
  hostId: z.string(),
  /** In its stored form (NFC); unique after folding among those that are not deleted. */
  name: z.string(),
  /** Null until one was allocated. Unique on its host among tenants that are not deleted. */
  port: z.int().nullable(),
  /** Index of the tenant network on its host, from 1. */
  network: z.int().nullable(),
  /** For items, in MiB, as the operator asked. */
  memoryMb: z.int(),
  maxConnections: z.int(),
  notes: z.string(),
  tags: jsonColumn(z.array(z.string())),
  /** A deleted tenant stays as history. */
  phase: z.enum(phases),
  /** Whether the filter lets the allowlist in; false while suspended. */
  open: z.boolean(),
  /** The last revision that the host's helper confirmed. */
  revision: z.int(),
  createdAt: moment,
  /** Also while one that was deleted is put back: `creating` until it is there. */
  deletedAt: moment.nullable(),
  /** The access that it had when it was deleted, or is being deleted; null of all others. */
  deletion: jsonColumn(
    z.object({
      open: z.boolean().nullable(),
      allow: allowList.readonly(),
      releasedAt: z.string().nullable(),
    }),
  ).nullable(),
  /** The allowlist in the operator's order; each cidr once. */
  allow: allowList,
})

const tenantColumns = storedTenant.omit({ allow: true, name: true }).partial()
const revisionOfTenant = storedTenant.pick({ hostId: true, phase: true, revision: true })

/** A tenant as it is desired. */
export type StoredTenant = z.output<typeof storedTenant> & {
  /** In lists: a part of its row that cannot be read. What stands in its place, and beside it, is not so. */
  readonly unread?: string | undefined
}
export type TenantRevision = z.output<typeof revisionOfTenant>
export type TenantChanges = Partial<Omit<z.output<typeof storedTenant>, 'id' | 'hostId' | 'createdAt'>>

/** Tenants by name; without `withDeleted` only those that are not deleted. One that cannot be read is `unread` among them. */
export function listTenants(
  db: StoreDb,
  only: { hostId?: string; withDeleted?: boolean } = {},
): StoredTenant[] {
  return selectTenants(
    db,
    and(
      only.hostId === undefined ? undefined : eq(tenants.hostId, only.hostId),
      only.withDeleted === true ? undefined : ne(tenants.phase, 'deleted'),
    ),
  )
}

/**
 * The same of one host, in no order, without reading those again in a query that have not changed since they were read.
 * Nobody may change what is in it.
 */
export function listTenantsOf(db: StoreDb, hostId: string): readonly StoredTenant[] {
  return readKeptTenants(db, hostId, {
    readAll: () => listTenants(db, { hostId }),
    readSome: (ids) =>
      listTenantsById(db, ids).filter((each) => each.hostId === hostId && each.phase !== 'deleted'),
  })
}

/** The tenants of a host that are not deleted, by name, for those who need no more of them: whole rows take far longer. */
export function listTenantNames(
  db: StoreDb,
  hostId: string,
): readonly Pick<StoredTenant, 'id' | 'name' | 'phase'>[] {
  const { id, name, nameKey, phase } = tenants
  const where = and(eq(tenants.hostId, hostId), ne(phase, 'deleted'))
  const rows = db.select({ id, name, phase }).from(tenants).where(where).orderBy(asc(nameKey), asc(id)).all()
  return rows.map((row) => ({ ...row, phase: phases.find((known) => known === row.phase) ?? 'present' }))
}

/**
 * A piece of all tenants that are not deleted, in the order of their folded names.
 * @param after the last one of the piece before
 */
export function listTenantPage(
  db: StoreDb,
  after: Pick<StoredTenant, 'id' | 'name'> | undefined,
  limit: number,
): StoredTenant[] {
  const { id, nameKey, phase } = tenants
  const key = after === undefined ? '' : foldName(after.name)
  const beyond =
    after === undefined ? undefined : or(gt(nameKey, key), and(eq(nameKey, key), gt(id, after.id)))
  const rows = db
    .select()
    .from(tenants)
    .where(and(ne(phase, 'deleted'), beyond))
    .orderBy(asc(nameKey), asc(id))
    .limit(limit)
    .all()
  // By the names from the first to the last: a list of ids would be another statement for every length.
  const [first, last] = [rows[0], rows.at(-1)]
  if (first === undefined || last === undefined) return []
  return withAllowlists(db, rows, between(nameKey, first.nameKey, last.nameKey))
}

/** Tenants with these ids, as far as they exist, deleted ones too, by name. */
export function listTenantsById(db: StoreDb, ids: readonly string[]): StoredTenant[] {
  return ids.length === 0 ? [] : selectTenants(db, isAmong(tenants.id, ids))
}

/** Tenants of a host, deleted ones too, whose last confirmed revision is beyond another one of that host. */
export function listTenantsConfirmedAfter(db: StoreDb, hostId: string, revision: number): StoredTenant[] {
  return selectTenants(db, and(eq(tenants.hostId, hostId), gt(tenants.revision, revision)))
}

/** How many tenants a host has, deleted ones left out. */
export function countTenants(db: StoreDb, hostId: string): number {
  const where = and(eq(tenants.hostId, hostId), ne(tenants.phase, 'deleted'))
  return db.select({ number: count() }).from(tenants).where(where).get()?.number ?? 0
}

/** The same with those that were deleted since a time (ISO 8601, UTC), whose ports rest. */
export function countPortsHeld(db: StoreDb, hostId: string, since: string): number {
  const isHeld = or(ne(tenants.phase, 'deleted'), gt(tenants.deletedAt, since))
  const where = and(eq(tenants.hostId, hostId), isHeld)
  return db.select({ number: count() }).from(tenants).where(where).get()?.number ?? 0
}

/** The tenant with this id, a deleted one as well. */
export function findTenant(db: StoreDb, id: string): StoredTenant | undefined {
  return requireRead(selectTenants(db, eq(tenants.id, id))[0])
}

/**
 * Host, phase and last confirmed revision of every tenant, deleted ones too, by id: one query, however many there are.
 * A tenant that cannot be read counts as newer than any other, so that nothing is concluded from it.
 * @param ids only of these
 */
export function listRevisions(db: StoreDb, ids?: readonly string[]): Map<string, TenantRevision> {
  return selectRevisions(db, ids === undefined ? undefined : isAmong(tenants.id, ids))
}

function selectRevisions(db: StoreDb, where: SQL | undefined): Map<string, TenantRevision> {
  const { id, hostId, phase, revision } = tenants
  const rows = db.select({ id, hostId, phase, revision }).from(tenants).where(where).all()
  return new Map(
    rows.map((row) => {
      const parsed = revisionOfTenant.safeParse(row)
      const unread = { hostId: row.hostId, phase: 'present', revision: Number.MAX_SAFE_INTEGER } as const
      return [row.id, parsed.success ? parsed.data : unread]
    }),
  )
}

/** The same of all tenants of one host, kept like {@link listTenantsOf}. */
export function listRevisionsOf(db: StoreDb, hostId: string): ReadonlyMap<string, TenantRevision> {
  return readKeptRevisions(db, hostId, () => selectRevisions(db, eq(tenants.hostId, hostId)))
}

/** The tenant of this name that is not deleted. */
export function findTenantByName(db: StoreDb, name: string): StoredTenant | undefined {
  return requireRead(
    selectTenants(db, and(eq(tenants.nameKey, foldName(name)), ne(tenants.phase, 'deleted')))[0],
  )
}

/** The tenant of this name that was deleted last. */
export function findDeletedTenant(db: StoreDb, name: string): StoredTenant | undefined {
  const { nameKey, phase, deletedAt, id } = tenants
  const isIt = and(eq(nameKey, foldName(name)), eq(phase, 'deleted'))
  const last = db.select({ id }).from(tenants).where(isIt).orderBy(desc(deletedAt), desc(id)).get()
  return last === undefined ? undefined : findTenant(db, last.id)
}

/** The tenant that has a port of a host and is not deleted. */
export function findTenantByPort(db: StoreDb, hostId: string, port: number): StoredTenant | undefined {
  const present = ne(tenants.phase, 'deleted')
  return requireRead(selectTenants(db, and(eq(tenants.hostId, hostId), eq(tenants.port, port), present))[0])
}

/**
 * The holders of names, deleted tenants left out: ids by folded name, one query.
 * @param names only of these
 */
export function listNameHolders(db: StoreDb, names?: readonly string[]): Map<string, string> {
  const { id, nameKey, phase } = tenants
  const among = names === undefined ? undefined : isAmong(nameKey, names.map(foldName))
  const rows = db
    .select({ id, nameKey })
    .from(tenants)
    .where(and(ne(phase, 'deleted'), among))
    .all()
  return new Map(rows.map((row) => [row.nameKey, row.id]))
}

/** The hosts of tenants by folded name, deleted ones left out: ids. */
export function listHostIds(db: StoreDb, names: readonly string[]): Map<string, string> {
  const { hostId, nameKey, phase } = tenants
  const where = and(ne(phase, 'deleted'), isAmong(nameKey, names.map(foldName)))
  const rows = db.select({ hostId, nameKey }).from(tenants).where(where).all()
  return new Map(rows.map((row) => [row.nameKey, row.hostId]))
}

/** The tenants that have these ports of a host, deleted ones left out. */
export function listPortHolders(
  db: StoreDb,
  hostId: string,
  ports: readonly number[],
): { readonly id: string; readonly port: number }[] {
  const { id, port, phase } = tenants
  const where = and(eq(tenants.hostId, hostId), ne(phase, 'deleted'), isAmong(port, ports))
  const rows = db.select({ id, port }).from(tenants).where(where).all()
  return rows.flatMap((row) => (row.port === null ? [] : [{ id: row.id, port: row.port }]))
}

/** @throws ProblemError NAME_TAKEN */
export function insertTenant(db: StoreDb, tenant: StoredTenant): void {
  requireFreeName(db, tenant)
  insertRows(db, [tenant])
}

/**
 * Many tenants at once.
 * @throws ProblemError NAME_TAKEN, also when two of the given ones have the same name
 */
export function insertTenants(db: StoreDb, given: readonly StoredTenant[]): void {
  const holders = listNameHolders(
    db,
    given.map(({ name }) => name),
  )
  for (const { id, name, phase } of given) {
    if (phase === 'deleted') continue
    if (holders.has(foldName(name))) fail({ code: 'NAME_TAKEN', details: { noun: 'tenant', name } })
    holders.set(foldName(name), id)
  }
  insertRows(db, given)
}

/**
 * Changes the named fields and leaves the others; `allow` replaces the whole list. A tenant that is not there stays so.
 * @throws ProblemError NAME_TAKEN
 */
export function updateTenant(db: StoreDb, id: string, changes: TenantChanges): void {
  const { name, phase, allow, ...columns } = changes
  if (Object.keys(changes).length === 0) return
  noteTouched(db, 'tenants', id)
  if (name !== undefined || phase !== undefined || allow !== undefined) {
    const before = findHolder(db, eq(tenants.id, id))
    if (before === undefined) return
    const after = { id, name: name ?? before.name, phase: phase ?? before.phase }
    // A name is held until its tenant is deleted.
    if (after.name !== before.name || before.phase === 'deleted') requireFreeName(db, after)
  }
  const set = {
    ...z.encode(tenantColumns, phase === undefined ? columns : { ...columns, phase }),
    ...(name === undefined ? {} : { name, nameKey: foldName(name) }),
  }
  if (Object.keys(set).length > 0) db.update(tenants).set(set).where(eq(tenants.id, id)).run()
  if (allow === undefined) return
  db.delete(allowEntries).where(eq(allowEntries.tenantId, id)).run()
  insertAllowlists(db, [{ id, allow }])
}

/**
 * Takes a tenant out whose making was undone. One that was being put back is deleted as it was before; any other leaves no
 * trace but its operations.
 * @param revision of the host since its record is gone
 */
export function takeOutUnmade(db: StoreDb, id: string, revision = 0): void {
  const tenant = findTenant(db, id)
  if (tenant === undefined) return
  if (tenant.deletedAt === null) {
    deleteTenant(db, id)
    return
  }
  const reached = Math.max(tenant.revision, revision)
  updateTenant(db, id, { phase: 'deleted', open: false, allow: [], revision: reached })
}

/** Forgets a tenant without a trace but its operations; for one that never came to be. */
function deleteTenant(db: StoreDb, id: string): void {
  noteTouched(db, 'tenants', id)
  db.delete(tenants).where(eq(tenants.id, id)).run()
}

function selectTenants(db: StoreDb, where: SQL | undefined): StoredTenant[] {
  const rows = db
    .select()
    .from(tenants)
    .where(where)
    .orderBy(asc(tenants.nameKey), asc(tenants.createdAt))
    .all()
  return withAllowlists(db, rows, where)
}

/** @param where finds at least the tenants of these rows */
function withAllowlists(
  db: StoreDb,
  rows: readonly (typeof tenants.$inferSelect)[],
  where: SQL | undefined,
): StoredTenant[] {
  const entries = db
    .select({ tenantId: allowEntries.tenantId, cidr: allowEntries.cidr, label: allowEntries.label })
    .from(allowEntries)
    .innerJoin(tenants, eq(tenants.id, allowEntries.tenantId))
    .where(where)
    .orderBy(asc(allowEntries.tenantId), asc(allowEntries.position))
    .all()
  const allow = groupBy(entries, (entry) => entry.tenantId)
  return rows.map((row) => readRow({ ...row, allow: allow.get(row.id) ?? [] }))
}

/** One damaged row must not hide all others. */
function readRow(row: Readonly<typeof tenants.$inferSelect & Pick<StoredTenant, 'allow'>>): StoredTenant {
  const parsed = storedTenant.safeParse(row)
  if (parsed.success) return parsed.data
  const unread = parsed.error.issues[0]?.path.join('.') ?? ''
  const { phase } = storedTenant.shape
  return {
    ...{ id: String(row.id), hostId: String(row.hostId), name: String(row.name), port: null, network: null },
    ...{ memoryMb: 0, maxConnections: 0, notes: '', tags: [], open: false, revision: 0, allow: [] },
    phase: phase.catch('present').parse(row.phase),
    ...{ createdAt: new Date(0).toISOString(), deletedAt: null, deletion: null, unread },
  }
}

/** @throws DamagedRowError, where a tenant is asked for by itself */
function requireRead(tenant: StoredTenant | undefined): StoredTenant | undefined {
  if (tenant?.unread === undefined) return tenant
  throw new DamagedRowError(`a row of tenants is damaged (${tenant.unread})`)
}

function renderRow(tenant: StoredTenant) {
  const { allow: _, ...columns } = z.encode(storedTenant, tenant)
  return { ...columns, nameKey: foldName(tenant.name) }
}

function insertRows(db: StoreDb, given: readonly StoredTenant[]): void {
  for (const { id } of given) noteTouched(db, 'tenants', id)
  insertAll(db, tenants, given.map(renderRow))
  insertAllowlists(db, given)
}

function insertAllowlists(db: StoreDb, given: readonly Pick<StoredTenant, 'id' | 'allow'>[]): void {
  const rows = given.flatMap(({ id, allow }) =>
    allow.map(({ cidr, label }, position) => ({ tenantId: id, cidr, label, position })),
  )
  insertAll(db, allowEntries, rows)
}

function requireFreeName(
  db: StoreDb,
  { id, name, phase }: { readonly id: string; readonly name: string; readonly phase: string },
): void {
  if (phase === 'deleted') return
  const holder = findHolder(db, and(eq(tenants.nameKey, foldName(name)), ne(tenants.phase, 'deleted')))
  if (holder !== undefined && holder.id !== id)
    fail({ code: 'NAME_TAKEN', details: { noun: 'tenant', name } })
}

/** As little of a tenant as names need: most changes ask for it, and a whole tenant is two queries. */
function findHolder(db: StoreDb, where: SQL | undefined) {
  const { id, name, phase } = tenants
  return db.select({ id, name, phase }).from(tenants).where(where).get()
}
