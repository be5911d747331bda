import type { Problem } from '../../../contract/problem.ts'
import { describeProblem } from '../../../domain/describe-problem.ts'
import type { TenantWork } from '../../../domain/tenant-view.ts'
import { isCutOff } from './end-cut-off.ts'

/**
 * What the view of a tenant is told of work on it.
 * @param isBusy something is being done to it in this program
 * @param failure why work failed whose end is not settled
 */
export function describeWork(isBusy: boolean, failure: Problem | undefined): TenantWork {
  if (isBusy) return { kind: 'under-way' }
  if (failure === undefined) return { kind: 'none' }
  return { kind: 'failed', why: isCutOff(failure) ? null : describeProblem(failure).message }
}
