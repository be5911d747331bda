import type { Problem } from '../../contract/problem.ts'
import { describeClosing } from '../../core/plan/closing.ts'
import { describeProblem } from '../../domain/describe-problem.ts'
import { fail, ProblemError } from '../../domain/problem-error.ts'
import type { ServiceContext } from '../services/context.ts'
import type { Place } from '../services/in-turn.ts'
import { toProblem } from '../services/operation/to-problem.ts'
import { requireTenant, type TenantRef } from '../services/tenant/find-tenant.ts'
import { carryOutClosing } from './carry-out-closing.ts'
import { failClosing } from './fail-closing.ts'
import type { AccessChange } from './intend-closing.ts'

/** A tenant that was found in the store. */
export type KnownTenant = TenantRef & { readonly id: string }

/**
 * A store that cannot be written must not keep an address let in: the host is asked all the same, and the panel takes
 * that in from there later.
 * @param place in the lane of the tenant's closings
 * @throws ProblemError NOT_RECORDED when the host has confirmed it, NOT_CLOSED when it has not; whatever else kept the
 *   intent from being saved
 */
export async function closeUnrecorded(
  context: ServiceContext,
  which: KnownTenant,
  { kind, cidrs, asked }: Omit<AccessChange, 'change'>,
  place: Place,
  error: unknown,
): Promise<never> {
  // Any other refusal holds at once: it needs no turn.
  if (!(error instanceof ProblemError) || error.problem.code !== 'STORE_UNUSABLE') throw error
  context.askings.tookAway(asked, { tenantId: which.id, kind, cidrs })
  await place.turn
  const { tenant, host } = await context.store.read((db) => requireTenant(db, which))
  const closing = { kind, cidrs, asOf: null }
  const access = context.hosts.access(host)
  try {
    await carryOutClosing(context, access, context.newId(), tenant.id, closing)
    // The next change on that host takes in first what is so there.
    delete access.seen.adopted
  } catch (hostError) {
    const reason = describeProblem(toProblem(context.log, hostError)).message
    const action = describeClosing(closing, tenant.name, 'gerund')
    const details = { tenant: tenant.name, host: host.name, action, reason }
    return fail({ code: 'NOT_CLOSED', details: { ...details, store: tellAll(error.problem) } }, hostError)
  }
  return failClosing('NOT_RECORDED', tenant, host, closing, error, error.problem)
}

function tellAll(problem: Problem): string {
  const { message, advice } = describeProblem(problem)
  return `${message} ${advice}`
}
