import { and, asc, count, desc, gt, gte, or } from 'drizzle-orm'
import { listRevoked } from '../../../core/plan/put-back.ts'
import { type StoredOperation, selectOperations } from './operations.ts'
import { groupBy, insertAll, isAmong, type StoreDb } from './rows.ts'
import { archivedRevocations, operations } from './schema.ts'

/** How many operations the store has. */
export function countOperations(db: StoreDb): number {
  return db.select({ number: count() }).from(operations).get()?.number ?? 0
}

/** When the operation began that is the newest but so many; none where there are not so many. */
export function findStartOf(db: StoreDb, number: number): string | undefined {
  const { startedAt } = operations
  return db.select({ startedAt }).from(operations).orderBy(desc(startedAt)).limit(1).offset(number).get()
    ?.startedAt
}

/** Operations with their steps in the order in which they began, those after the given one. */
export function listOldestOperations(
  db: StoreDb,
  limit: number,
  after: Pick<StoredOperation, 'startedAt' | 'id'> | undefined,
): StoredOperation[] {
  const { startedAt, id } = operations
  const isLater =
    after === undefined
      ? undefined
      : // The first condition is what the index is used for.
        and(gte(startedAt, after.startedAt), or(gt(startedAt, after.startedAt), gt(id, after.id)))
  return selectOperations(db, isLater, limit, [asc(startedAt), asc(id)])
}

/**
 * Takes operations out of the store that the archive has. What they say of revoked entries stays, because a host that was
 * put back may have them again.
 * @param given the oldest that the store has of their tenants, in the order in which they began
 */
export function forgetOperations(db: StoreDb, given: readonly StoredOperation[]): void {
  keepRevocations(db, given)
  const isGiven = isAmong(
    operations.id,
    given.map(({ id }) => id),
  )
  db.delete(operations).where(isGiven).run()
}

/** Cidrs that the archived operations of a tenant say were revoked at some time. */
export function listArchivedRevocations(db: StoreDb, tenantId: string): Set<string> {
  return selectRevocations(db, [tenantId]).get(tenantId) ?? new Set()
}

function keepRevocations(db: StoreDb, given: readonly StoredOperation[]): void {
  const logs = groupBy(given, ({ tenantId }) => tenantId ?? '')
  const known = selectRevocations(db, [...logs.keys()])
  const added = [...logs].flatMap(([tenantId, log]): Revocation[] =>
    [...listRevoked(log)]
      .filter((cidr) => known.get(tenantId)?.has(cidr) !== true)
      .map((cidr) => ({ tenantId, cidr })),
  )
  insertAll(db, archivedRevocations, added)
}

type Revocation = typeof archivedRevocations.$inferSelect

function selectRevocations(db: StoreDb, tenantIds: readonly string[]): Map<string, Set<string>> {
  const isOfThese = isAmong(archivedRevocations.tenantId, tenantIds)
  const rows = db.select().from(archivedRevocations).where(isOfThese).all()
  const byTenant = groupBy(rows, ({ tenantId }) => tenantId)
  return new Map([...byTenant].map(([id, found]) => [id, new Set(found.map(({ cidr }) => cidr))]))
}
