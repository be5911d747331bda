import type { Problem } from '../../contract/problem.ts'
import { describeOlder } from '../../core/host/describe-older.ts'
import { putBackKind } from '../../core/plan/closing.ts'
import { wholeTenant } from '../../core/plan/plan-closing.ts'
import { type CloseAgain, describeCloseAgain } from '../../core/plan/put-back.ts'
import { findHost, type StoredHost } from '../adapters/store/hosts.ts'
import { listOperations, listOperationsById, type StoredOperation } from '../adapters/store/operations.ts'
import type { StoreDb } from '../adapters/store/rows.ts'
import { findTenant, updateTenant } from '../adapters/store/tenants.ts'
import type { ServiceContext } from '../services/context.ts'
import type { HostAccess } from '../services/host/host-pool.ts'
import { beginOperation, endOperation, type OperationEnd } from '../services/operation/operation-log.ts'
import { toProblem } from '../services/operation/to-problem.ts'
import { carryOutClosing, closingLane } from './carry-out-closing.ts'

/** A closing that failed again, and why. */
export interface LeftOpen {
  readonly again: CloseAgain
  readonly problem: Problem
}

/**
 * Closes again on a host that was put back what was closed here, each tenant an operation in the log. What fails is found
 * and tried again by the next look, and stays one operation.
 * @returns `closed`: those that are closed for certain; `left`: the others
 */
export async function closeAgain(
  context: ServiceContext,
  access: HostAccess,
  plan: readonly CloseAgain[],
): Promise<{ readonly closed: CloseAgain[]; readonly left: LeftOpen[] }> {
  const problems = await Promise.all(plan.map((each) => closeOne(context, access, each)))
  const left = plan.flatMap((again, index) => {
    const problem = problems[index]
    return problem === undefined ? [] : [{ again, problem }]
  })
  return { closed: plan.filter((_, index) => problems[index] === undefined), left }
}

/** @returns why it failed, if it did */
function closeOne(
  context: ServiceContext,
  access: HostAccess,
  again: CloseAgain,
): Promise<Problem | undefined> {
  const { tenantId, cidrs } = again
  return context.inTurn(closingLane(tenantId), async () => {
    const failed = await context.store.read((db) => findFailed(db, access.host, again))
    const operation = failed ?? (await context.store.write((db) => begin(context, db, access.host, again)))
    // By a new id: the helper would answer the one of before as it did then.
    const tryId = failed === undefined ? operation.id : context.newId()
    const end = (db: StoreDb, how: OperationEnd): void => {
      // The archive may have it by now.
      const [held] = listOperationsById(db, [operation.id])
      endOperation(db, context.now(), held ?? begin(context, db, access.host, again), how)
    }
    try {
      const { was, revision } = await carryOutClosing(context, access, tryId, tenantId, {
        ...{ kind: cidrs === null ? 'tenant suspend' : 'tenant revoke', cidrs, asOf: null },
      })
      await context.store.write((db) => {
        // The record was as it was confirmed: its new revision is this closing's.
        if (findTenant(db, tenantId)?.revision === was) updateTenant(db, tenantId, { revision })
        end(db, { kind: 'done' })
      })
      return undefined
    } catch (error) {
      const problem = toProblem(context.log, error)
      if (!isSame(failed?.problem, problem))
        await context.store.write((db) => end(db, { kind: 'failed', problem, stepsDone: 0 }))
      return problem
    }
  })
}

const listCloses = ({ cidrs }: CloseAgain): string[] => [...(cidrs ?? [wholeTenant])]

function begin(context: ServiceContext, db: StoreDb, host: StoredHost, again: CloseAgain): StoredOperation {
  const tenant = { id: again.tenantId, name: again.name }
  const subject = { kind: putBackKind, host, tenant, before: { closes: listCloses(again) } }
  const why = describeOlder(host.name, findHost(db, host.id)?.putBack ?? null)
  const sentence = `Close again, because ${why}: ${describeCloseAgain(again)}`
  return beginOperation(db, context, subject, [{ kind: 'close-access', sentence }])
}

/** Operations of a tenant that are read at most; a failure before them is told anew. */
const mostRead = 50

/** The same closing, if it failed the last time: an open panel tries it at each look, and may fail for days. */
function findFailed(db: StoreDb, host: StoredHost, again: CloseAgain): StoredOperation | undefined {
  const closes = JSON.stringify({ closes: listCloses(again) })
  const last = listOperations(db, { tenantId: again.tenantId, hostId: host.id, limit: mostRead }).find(
    ({ kind, before }) => kind === putBackKind && JSON.stringify(before) === closes,
  )
  return last?.outcome === 'failed' ? last : undefined
}

const isSame = (one: Problem | null | undefined, other: Problem): boolean =>
  JSON.stringify(one) === JSON.stringify(other)
