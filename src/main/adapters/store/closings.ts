import { and, asc, eq, inArray } from 'drizzle-orm'
import { type Closing, closingKinds, parseClosing } from '../../../core/plan/closing.ts'
import { listOperations, type StoredOperation, updateOperation } from './operations.ts'
import type { StoreDb } from './rows.ts'
import { operations } from './schema.ts'
import { updateTenant } from './tenants.ts'

/** Access that was taken away and of which no host has confirmed yet that it is closed. */
export interface PendingClosing {
  readonly closing: Closing
  readonly operation: StoredOperation
}

/** Those of one host, or of all, the oldest first. */
export function listPendingClosings(db: StoreDb, hostId?: string): PendingClosing[] {
  if (!isAnyPending(db)) return []
  const unsettled = listOperations(db, { unsettled: true, ...(hostId === undefined ? {} : { hostId }) })
  return unsettled.reverse().flatMap((operation) => {
    const closing = parseClosing(operation)
    const isClosed = closing?.kind === 'tenant delete' && operation.after !== null
    return closing === null || isClosed ? [] : [{ closing, operation }]
  })
}

/** Keeps that a tenant that is being deleted is closed; its container and its record go afterwards. */
export function confirmDeleteClosed(db: StoreDb, operationId: string, tenantId: string): void {
  updateTenant(db, tenantId, { open: false })
  updateOperation(db, operationId, { after: { open: false } })
}

/** One query on an index: every reading of a list asks this, and nearly always there is none. */
function isAnyPending(db: StoreDb): boolean {
  const { id, outcome, kind } = operations
  const isPending = and(eq(outcome, 'running'), inArray(kind, [...closingKinds]))
  return db.select({ id }).from(operations).where(isPending).orderBy(asc(id)).limit(1).all().length > 0
}
