import { and, asc, eq, inArray, isNotNull, ne, notInArray } from 'drizzle-orm'
import { type Closing, closingKinds, isClosingKind, parseClosing } from '../../../core/plan/closing.ts'
import { listOperations, listOperationsById, type StoredOperation, updateOperation } from './operations.ts'
import type { StoreDb } from './rows.ts'
import { hosts, operations, tenants } from './schema.ts'
import { updateTenant } from './tenants.ts'

/** Access that was taken away and of which no host has confirmed yet that it is closed. */
export interface PendingClosing {
  readonly closing: Closing
  readonly operation: StoredOperation
}

/** Pending closings of one host, or of all, the oldest first. */
export function listPendingClosings(db: StoreDb, hostId?: string): PendingClosing[] {
  if (!isAnyPending(db)) return []
  const unsettled = listOperations(db, { unsettled: true, ...(hostId === undefined ? {} : { hostId }) })
  return unsettled.reverse().flatMap((operation) => {
    const closing = parseClosing(operation)
    const isClosed = closing?.kind === 'tenant delete' && operation.after !== null
    return closing === null || isClosed ? [] : [{ closing, operation }]
  })
}

/** Operations of a tenant that are read at most. */
const mostBeside = 50

/**
 * Closings that were given up with a host that is not there any more, where nothing was done to the tenant since.
 * @param onHost of the tenants that this host has now, deleted ones left out
 */
export function listForgottenClosings(db: StoreDb, onHost: string): PendingClosing[] {
  const { id, outcome, kind, hostId, tenantId } = operations
  const isOver = and(eq(outcome, 'failed'), inArray(kind, [...closingKinds]))
  const isOfNone = and(isNotNull(hostId), notInArray(hostId, db.select({ id: hosts.id }).from(hosts)))
  const present = and(eq(tenants.hostId, onHost), ne(tenants.phase, 'deleted'))
  const isThere = inArray(tenantId, db.select({ id: tenants.id }).from(tenants).where(present))
  const found = db
    .select({ id })
    .from(operations)
    .where(and(isOver, isOfNone, isThere))
    .all()
  const forgotten = listOperationsById(
    db,
    found.map((row) => row.id),
  )
  const isOneOf = new Set(forgotten.map((operation) => operation.id))
  return forgotten.reverse().flatMap((operation) => {
    const closing = parseClosing(operation)
    // A closing that is over beside it, or since, lets nobody in.
    const last = listOperations(db, { tenantId: operation.tenantId ?? '', limit: mostBeside }).find(
      ({ id, kind }) => isOneOf.has(id) || !isClosingKind(kind),
    )
    return closing === null || last === undefined || !isOneOf.has(last.id) ? [] : [{ closing, operation }]
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
