import { and, eq, inArray } from 'drizzle-orm'
import { isClosingKind, letsIn, putBackKind } from '../../../core/plan/closing.ts'
import { listOperations } from './operations.ts'
import type { StoreDb } from './rows.ts'
import { tenants } from './schema.ts'
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
 * Whether a change that lets somebody in was begun here and its host has not confirmed what became of it: it may have
 * that all the same, and newer than this panel knows. Every other change leaves it as old as it was.
 * @param cidrs entries of the tenant; null: its being open
 */
export function isLetInUnconfirmed(db: StoreDb, tenantId: string, cidrs: readonly string[] | null): boolean {
  return listOperations(db, { tenantId, unsettled: true }).some((operation) => letsIn(operation, cidrs))
}
