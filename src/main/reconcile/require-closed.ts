import { describeClosing } from '../../core/plan/closing.ts'
import { describeProblem } from '../../domain/describe-problem.ts'
import { fail } from '../../domain/problem-error.ts'
import { listPendingClosings } from '../adapters/store/closings.ts'
import type { StoredHost } from '../adapters/store/hosts.ts'
import type { StoreDb } from '../adapters/store/rows.ts'
import type { StoredTenant } from '../adapters/store/tenants.ts'
import type { TenantChange } from '../services/tenant/tenant-change.ts'

/**
 * Before a tenant is changed: what was taken away from it is closed for certain, or a later try of that would undo the
 * change.
 * @throws ProblemError CLOSING_FIRST
 */
export function requireClosed(db: StoreDb, host: StoredHost, tenant: StoredTenant): void {
  const pending = listPendingClosings(db, host.id).find(({ operation }) => operation.tenantId === tenant.id)
  const problem = pending?.operation.problem
  if (pending === undefined || problem === null || problem === undefined) return
  const isInFilter = problem.code === 'CLOSED_IN_FILTER'
  const action = describeClosing(pending.closing, tenant.name, 'gerund')
  const reason = isInFilter ? `${problem.details.reason}.` : describeProblem(problem).message
  fail({
    code: 'CLOSING_FIRST',
    details: { tenant: tenant.name, host: host.name, action, reason, isInFilter },
  })
}

/**
 * As a change that lets somebody in becomes the intent of the store: it must not give back what a closing, asked for later
 * while the change waited, has taken away.
 * @throws ProblemError CLOSED_SINCE
 */
export function requireNotOvertaken({ id, name }: StoredTenant, opens: TenantChange['opens']): void {
  const later = opens?.asked.findLater(id, opens.cidrs)
  if (later === undefined) return
  fail({ code: 'CLOSED_SINCE', details: { tenant: name, action: describeClosing(later, name, 'gerund') } })
}
