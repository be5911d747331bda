import type { Problem } from '../../../contract/problem.ts'
import type { Tenant } from '../../../contract/tenant.ts'
import type { ClosingKind } from '../../../core/plan/closing.ts'
import { describeProblem } from '../../../domain/describe-problem.ts'
import type { TenantWork } from '../../../domain/tenant-view.ts'
import type { LeftWork } from '../../adapters/store/left-work.ts'
import { isCutOff } from './end-cut-off.ts'

/** Access that was taken away and is not closed for certain, as the contract has it. */
export function describePending(pending: LeftWork['pending']): Tenant['pending'] {
  return pending.map(({ closing: { kind, cidrs }, operation: { startedAt, problem } }) => ({
    kind: pendingKinds[kind],
    cidrs: [...(cidrs ?? [])],
    since: startedAt,
    why: problem === null ? '' : describeProblem(problem).message,
    closed: problem?.code === 'CLOSED_IN_FILTER',
  }))
}

const pendingKinds = {
  'tenant revoke': 'revoke',
  'tenant suspend': 'suspend',
  'tenant delete': 'delete',
} as const satisfies Record<ClosingKind, Tenant['pending'][number]['kind']>

/**
 * Work on a tenant, as the tenant's view takes it.
 * @param isBusy something is being done to it in this program
 * @param failure why work failed whose end is not settled
 */
export function describeWork(isBusy: boolean, failure: Problem | undefined): TenantWork {
  if (isBusy) return { kind: 'under-way' }
  if (failure === undefined) return { kind: 'none' }
  return { kind: 'failed', why: isCutOff(failure) ? null : describeProblem(failure).message }
}
