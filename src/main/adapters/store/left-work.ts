import type { Problem } from '../../../contract/problem.ts'
import { listPendingClosings, type PendingClosing } from './closings.ts'
import { listFailures } from './operations.ts'
import type { StoreDb } from './rows.ts'

/** Work on a tenant whose end no host has confirmed. */
export interface LeftWork {
  /** Why the newest of it failed. */
  readonly failure: Problem | undefined
  /** Access that was taken away and is not closed for certain. */
  readonly pending: readonly PendingClosing[]
}

export const nothingLeft: LeftWork = { failure: undefined, pending: [] }

/** By tenant id; tenants without any are not in it. */
export function listLeftWork(db: StoreDb): Map<string, LeftWork> {
  const left = new Map<string, LeftWork>()
  for (const [id, failure] of listFailures(db)) left.set(id, { failure, pending: [] })
  for (const closing of listPendingClosings(db)) {
    const id = closing.operation.tenantId
    if (id === null) continue
    const known = left.get(id) ?? nothingLeft
    left.set(id, { ...known, pending: [...known.pending, closing] })
  }
  return left
}
