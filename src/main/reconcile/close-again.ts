import type { Problem } from '../../contract/problem.ts'
import { putBackKind } from '../../core/plan/closing.ts'
import { type CloseAgain, describeCloseAgain } from '../../core/plan/put-back.ts'
import { findTenant, updateTenant } from '../adapters/store/tenants.ts'
import type { ServiceContext } from '../services/context.ts'
import type { HostAccess } from '../services/host/host-pool.ts'
import { beginOperation, endOperation } from '../services/operation/operation-log.ts'
import { toProblem } from '../services/operation/to-problem.ts'
import { carryOutClosing, closingLane } from './carry-out-closing.ts'

/** A closing that failed again, and why. */
export interface LeftOpen {
  readonly again: CloseAgain
  readonly problem: Problem
}

/**
 * Closes again on a host that was put back what was closed here, each tenant an operation in the log. What fails is found
 * and tried again by the next look.
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
  const { tenantId, cidrs, name } = again
  const { host } = access
  return context.inTurn(closingLane(tenantId), async () => {
    const operation = await context.store.write((db) => {
      const tenant = { id: tenantId, name }
      const subject = { kind: putBackKind, host, tenant, before: { closes: [...(cidrs ?? ['*'])] } }
      const why = `${host.name} was put back to an older state`
      const sentence = `Close again, because ${why}: ${describeCloseAgain(again)}`
      return beginOperation(db, context, subject, [{ kind: 'close-access', sentence }])
    })
    try {
      const { was, revision } = await carryOutClosing(context, access, operation.id, tenantId, {
        ...{ kind: cidrs === null ? 'tenant suspend' : 'tenant revoke', cidrs, asOf: null },
      })
      await context.store.write((db) => {
        // The record was as it was confirmed: its new revision is this closing's.
        if (findTenant(db, tenantId)?.revision === was) updateTenant(db, tenantId, { revision })
        endOperation(db, context.now(), operation, { kind: 'done' })
      })
      return undefined
    } catch (error) {
      const problem = toProblem(context.log, error)
      await context.store.write((db) =>
        endOperation(db, context.now(), operation, { kind: 'failed', problem, stepsDone: 0 }),
      )
      return problem
    }
  })
}
