import { and, eq, inArray, notInArray } from 'drizzle-orm'
import { closingKinds, isClosingKind, putBackKind } from '../../../core/plan/closing.ts'
import { listOperations } from './operations.ts'
import type { StoreDb } from './rows.ts'
import { operations, tenants } from './schema.ts'
import { listTenantsById, type StoredTenant } from './tenants.ts'

/**
 * Tenants of a host halfway in or out, and those with a change whose end was never confirmed. Access that was taken away
 * does not count: it has a way of its own to its end.
 */
export function listUnfinished(db: StoreDb, hostId: string): StoredTenant[] {
  return listTenantsById(db, [...listUnfinishedIds(db, hostId)]).filter(
    (tenant) => tenant.hostId === hostId && tenant.phase !== 'deleted',
  )
}

/** Their ids: two queries on indexes, however many tenants there are. */
export function listUnfinishedIds(db: StoreDb, hostId: string): Set<string> {
  const isHalfway = and(eq(tenants.hostId, hostId), inArray(tenants.phase, ['creating', 'deleting']))
  const halfway = db.select({ id: tenants.id }).from(tenants).where(isHalfway).all()
  const unsettled = listOperations(db, { hostId, unsettled: true })
  const changing = unsettled.flatMap(({ kind, tenantId }) =>
    tenantId === null || isClosingKind(kind) || kind === putBackKind ? [] : [tenantId],
  )
  return new Set([...halfway.map(({ id }) => id), ...changing])
}

/**
 * Whether a change of a tenant was begun here and its host has not confirmed what became of it: it may have it all the
 * same, and newer than this panel knows.
 */
export function isUnconfirmed(db: StoreDb, id: string): boolean {
  const { id: operationId, tenantId, outcome, kind } = operations
  const isChange = notInArray(kind, [...closingKinds, putBackKind])
  const isIt = and(eq(tenantId, id), eq(outcome, 'running'), isChange)
  return db.select({ operationId }).from(operations).where(isIt).limit(1).all().length > 0
}
