import { and, asc, eq, ne, type SQL } from 'drizzle-orm'
import { z } from 'zod'
import { foldName } from '../../../domain/name.ts'
import { fail } from '../../../domain/problem-error.ts'
import { groupBy, jsonColumn, moment, parseRow, type StoreDb } from './rows.ts'
import { allowEntries, tenants } from './schema.ts'

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
  phase: z.enum(['creating', 'present', 'deleting', 'deleted']),
  /** Whether the filter lets the allowlist in; false while suspended. */
  open: z.boolean(),
  /** The last revision that the host's helper confirmed. */
  revision: z.int(),
  createdAt: moment,
  deletedAt: moment.nullable(),
  /** The allowlist in the operator's order; each cidr once. */
  allow: z.array(z.object({ cidr: z.string(), label: z.string() })),
})

const tenantColumns = storedTenant.omit({ allow: true, name: true }).partial()
const revisionOfTenant = storedTenant.pick({ phase: true, revision: true })

/** A tenant as it is desired. */
export type StoredTenant = z.output<typeof storedTenant>
export type TenantChanges = Partial<Omit<StoredTenant, 'id' | 'hostId' | 'createdAt'>>

/** Tenants by name; without `withDeleted` only those that are not deleted. */
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

/** The tenant with this id, a deleted one as well. */
export function findTenant(db: StoreDb, id: string): StoredTenant | undefined {
  return selectTenants(db, eq(tenants.id, id))[0]
}

/** Phase and last confirmed revision of every tenant, deleted ones too, by id: one query, however many there are. */
export function listRevisions(db: StoreDb): Map<string, Pick<StoredTenant, 'phase' | 'revision'>> {
  const { id, phase, revision } = tenants
  const rows = db.select({ id, phase, revision }).from(tenants).all()
  return new Map(rows.map((row) => [row.id, parseRow('tenants', revisionOfTenant, row)]))
}

/** The tenant of this name that is not deleted. */
export function findTenantByName(db: StoreDb, name: string): StoredTenant | undefined {
  return selectTenants(db, and(eq(tenants.nameKey, foldName(name)), ne(tenants.phase, 'deleted')))[0]
}

/** @throws ProblemError NAME_TAKEN */
export function insertTenant(db: StoreDb, tenant: StoredTenant): void {
  requireFreeName(db, tenant)
  db.insert(tenants).values(renderRow(tenant)).run()
  insertAllowlist(db, tenant)
}

/**
 * Changes the named fields and leaves the others; `allow` replaces the whole list. A tenant that is not there stays so.
 * @throws ProblemError NAME_TAKEN
 */
export function updateTenant(db: StoreDb, id: string, changes: TenantChanges): void {
  const { name, phase, allow } = changes
  if (name === undefined && phase === undefined && allow === undefined) {
    // What most changes are: nothing of the tenant has to be looked at.
    if (Object.keys(changes).length === 0) return
    db.update(tenants).set(z.encode(tenantColumns, changes)).where(eq(tenants.id, id)).run()
    return
  }
  const before = findTenant(db, id)
  if (before === undefined) return
  const after = { ...before, ...changes }
  if (after.name !== before.name || after.phase !== before.phase) requireFreeName(db, after)
  db.update(tenants).set(renderRow(after)).where(eq(tenants.id, id)).run()
  if (changes.allow === undefined) return
  db.delete(allowEntries).where(eq(allowEntries.tenantId, id)).run()
  insertAllowlist(db, after)
}

/** Forgets a tenant without a trace but its operations; for one that never came to be. */
export function deleteTenant(db: StoreDb, id: string): void {
  db.delete(tenants).where(eq(tenants.id, id)).run()
}

function selectTenants(db: StoreDb, where: SQL | undefined): StoredTenant[] {
  const rows = db
    .select()
    .from(tenants)
    .where(where)
    .orderBy(asc(tenants.nameKey), asc(tenants.createdAt))
    .all()
  const entries = db
    .select({ tenantId: allowEntries.tenantId, cidr: allowEntries.cidr, label: allowEntries.label })
    .from(allowEntries)
    .innerJoin(tenants, eq(tenants.id, allowEntries.tenantId))
    .where(where)
    .orderBy(asc(allowEntries.tenantId), asc(allowEntries.position))
    .all()
  const allow = groupBy(entries, (entry) => entry.tenantId)
  return rows.map((row) => parseRow('tenants', storedTenant, { ...row, allow: allow.get(row.id) ?? [] }))
}

function renderRow(tenant: StoredTenant): typeof tenants.$inferInsert {
  const { allow: _, ...columns } = z.encode(storedTenant, tenant)
  return { ...columns, nameKey: foldName(tenant.name) }
}

function insertAllowlist(db: StoreDb, { id, allow }: StoredTenant): void {
  // Row by row: SQLite takes 32766 parameters in one statement, and a list may be longer than that.
  for (const [position, { cidr, label }] of allow.entries()) {
    db.insert(allowEntries).values({ tenantId: id, cidr, label, position }).run()
  }
}

function requireFreeName(db: StoreDb, { id, name, phase }: StoredTenant): void {
  const holder = phase === 'deleted' ? undefined : findTenantByName(db, name)
  if (holder !== undefined && holder.id !== id)
    fail({ code: 'NAME_TAKEN', details: { noun: 'tenant', name } })
}
