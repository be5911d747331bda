import type { Problem } from '../../contract/problem.ts'
import { type Closing, describeClosing } from '../../core/plan/closing.ts'
import { describeProblem } from '../../domain/describe-problem.ts'
import { fail } from '../../domain/problem-error.ts'
import type { StoredHost } from '../adapters/store/hosts.ts'
import type { StoredTenant } from '../adapters/store/tenants.ts'
import type { PartlyRevoked } from './partly-closed.ts'

/**
 * @param first of a closing in two parts, what is closed
 * @throws ProblemError always, with what is not closed for certain and why
 */
export function failClosing(
  code: 'NOT_IN_FORCE' | 'NOT_RECORDED',
  tenant: Pick<StoredTenant, 'name'>,
  host: Pick<StoredHost, 'name'>,
  closing: Closing,
  cause: unknown,
  problem: Problem,
  first: PartlyRevoked = {},
): never {
  const { message, advice } = describeProblem(problem)
  // A host that does not answer is tried again by itself; anything else may need a person first.
  const isAway = problem.code === 'HOST_UNREACHABLE' || problem.code === 'TIMED_OUT'
  const reason = isAway || advice === '' ? message : `${message} ${advice}`
  const action = describeClosing(closing, tenant.name, 'gerund')
  const details = { tenant: tenant.name, host: host.name, action, reason, ...first }
  if (problem.code === 'CLOSED_IN_FILTER')
    return fail({ code: 'NOT_KEPT', details: { ...details, ...problem.details } }, cause)
  return fail({ code, details }, cause)
}
