import { beingDeleted } from '../../domain/describe-phase.ts'
import { fail, ProblemError } from '../../domain/problem-error.ts'
import { findTenant, updateTenant } from '../adapters/store/tenants.ts'
import type { ServiceContext } from '../services/context.ts'
import type { TenantRef } from '../services/tenant/find-tenant.ts'
import type { AccessChange } from './intend-closing.ts'

/** Whether access was to be taken away from a tenant that is being deleted. */
export const isOfDeleting = (error: unknown): boolean =>
  error instanceof ProblemError &&
  error.problem.code === 'TENANT_BUSY' &&
  error.problem.details.state === beingDeleted

/**
 * A tenant that is being deleted lets nobody in, and may be restored: it does not come back with what was to be taken
 * away from it meanwhile.
 * @throws ProblemError TENANT_BUSY, which says so; what the change throws
 */
export async function keepForRestore(
  { store, askings }: Pick<ServiceContext, 'store' | 'askings'>,
  { id, name }: TenantRef & { readonly id: string },
  { kind, cidrs, asked, change }: AccessChange,
): Promise<never> {
  await store.write((db) => {
    const tenant = findTenant(db, id)
    const deletion = tenant?.deletion ?? null
    if (tenant === undefined || deletion === null) return
    askings.tookAway(asked, { tenantId: id, kind, cidrs })
    const { open, allow } = change({
      ...tenant,
      open: deletion.open ?? tenant.open,
      allow: [...deletion.allow],
    })
    updateTenant(db, id, {
      deletion: { ...deletion, open: open ?? deletion.open, allow: allow ?? deletion.allow },
    })
  })
  return fail({ code: 'TENANT_BUSY', details: { tenant: name, state: beingDeleted, kept: true } })
}
