import type { Tenant } from '../../../contract/tenant.ts'
import { fail } from '../../../domain/problem-error.ts'
import { planTenant } from '../../../domain/tenant-plan.ts'
import { viewTenant } from '../../../domain/tenant-view.ts'
import { updateTenant } from '../../adapters/store/tenants.ts'
import type { ServiceContext } from '../context.ts'
import { ensureRecovered } from '../host/recover-host.ts'
import { keepFailure } from '../operation/keep-failure.ts'
import { beginOperation, endOperation } from '../operation/operation-log.ts'
import { toProblem } from '../operation/to-problem.ts'
import { type Reporter, stopIfCancelled } from '../progress.ts'
import { type ApplyTools, applyTenantPlan } from './apply-tenant-plan.ts'
import { describePlan } from './describe-plan.ts'
import { lastConfirmed, toDesired } from './desired-tenant.ts'
import { requireTenant, type TenantRef } from './find-tenant.ts'

/**
 * Closes the tenant's port, cuts its connections, and removes its container and every trace of it in the filter. Its
 * operations stay in the log. A delete that is cut off is finished before the next change on the host, never undone.
 */
export async function deleteTenant(
  context: ServiceContext,
  input: TenantRef & { confirmed: boolean },
  report: Reporter,
): Promise<Tenant> {
  const { tenant: found, host } = await context.store.read((db) => requireTenant(db, input))
  if (!input.confirmed) {
    const loses = `Deleting ${found.name} on ${host.name} ends its connections and loses everything in its cache.`
    fail({ code: 'CONFIRMATION_NEEDED', details: { loses } })
  }
  const access = context.hosts.access(host)
  await ensureRecovered(context, access)
  return context.inTurn(found.id, async () => {
    stopIfCancelled(report, `deleting ${found.name}`)
    const { tenant, plan, operation } = await context.store.write((db) => {
      const { tenant } = requireTenant(db, { ...input, id: found.id })
      updateTenant(db, tenant.id, { phase: 'deleting' })
      const plan = planTenant({ ...toDesired(tenant), present: false }, lastConfirmed(tenant))
      const subject = {
        kind: 'tenant delete',
        host,
        tenant,
        before: { port: tenant.port, allow: tenant.allow },
      }
      return {
        tenant,
        plan,
        operation: beginOperation(db, context, subject, describePlan(plan, tenant.name, host.name)),
      }
    })
    // From here on it is finished, not taken back: cancelling would leave it halfway.
    await context.running.enter(operation, report, false, async (report) => {
      const tools: ApplyTools = {
        access,
        operationId: operation.id,
        report,
        atPoint: context.atPoint,
        onReserved: () => Promise.resolve(),
        releasedPort: 'keep-back',
      }
      const gone = { ...toDesired(tenant), present: false }
      try {
        await access.inFew(() => applyTenantPlan(plan, gone, lastConfirmed(tenant), tools))
        const deletedAt = context.now()
        await context.store.write((db) => {
          updateTenant(db, tenant.id, { phase: 'deleted', deletedAt: deletedAt.toISOString(), allow: [] })
          endOperation(db, deletedAt, operation, { kind: 'done' })
        })
      } catch (error) {
        // Whatever failed, the confirmation in the store included: recovery finishes it.
        delete access.seen.recovered
        await keepFailure(context, operation, toProblem(context.log, error))
        throw error
      }
    })
    const why = ''
    return viewTenant({ ...tenant, phase: 'deleted' }, host.name, [], { kind: 'unreached', why })
  })
}
