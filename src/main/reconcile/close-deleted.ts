import { describeProblem } from '../../domain/describe-problem.ts'
import { fail, ProblemError } from '../../domain/problem-error.ts'
import { describeTenantStep, type ObservedTenant } from '../../domain/tenant-plan.ts'
import type { StoredHost } from '../adapters/store/hosts.ts'
import type { StoredOperation } from '../adapters/store/operations.ts'
import { findTenant, type StoredTenant } from '../adapters/store/tenants.ts'
import type { ServiceContext } from '../services/context.ts'
import type { HostAccess } from '../services/host/host-pool.ts'
import type { Place } from '../services/in-turn.ts'
import { toProblem } from '../services/operation/to-problem.ts'
import type { Reporter } from '../services/progress.ts'
import { lastConfirmed } from '../services/tenant/desired-tenant.ts'
import { carryOutClosing } from './carry-out-closing.ts'
import { closeLater } from './close-later.ts'
import { confirmClosedForGood } from './confirm-closed-for-good.ts'
import { failClosing } from './fail-closing.ts'

/**
 * The first step of a delete: nobody gets in any more. Every later step may need Docker, this one does not.
 * @param tryId the id under which the host is asked
 * @param place in the lane of the tenant's closings; it is left when this returns
 * @returns what is left to be removed
 */
export async function closeDeleted(
  context: ServiceContext,
  access: HostAccess,
  { operation, tryId }: { readonly operation: StoredOperation; readonly tryId: string },
  tenant: StoredTenant,
  place: Place,
  report: Reporter,
): Promise<ObservedTenant> {
  try {
    return await closeInPlace(context, access, { operation, tryId }, tenant, place, report)
  } finally {
    place.leave()
  }
}

async function closeInPlace(
  context: ServiceContext,
  access: HostAccess,
  { operation, tryId }: { readonly operation: StoredOperation; readonly tryId: string },
  tenant: StoredTenant,
  place: Place,
  report: Reporter,
): Promise<ObservedTenant> {
  const observed = lastConfirmed(tenant)
  // It never got a port, so nothing lets anybody in.
  if (observed.record === null) return observed
  const sentence = describeTenantStep({ kind: 'write-record', open: false }, tenant.name, access.host.name)
  report.started('write-record', sentence)
  const closing = { kind: 'tenant delete', cidrs: null, asOf: null } as const
  await place.turn
  const closed = await carryOutClosing(context, access, tryId, tenant.id, closing).catch((error: unknown) => {
    closeLater(context, access)
    return failClosing('NOT_IN_FORCE', tenant, access.host, closing, error, toProblem(context.log, error))
  })
  await context.store
    .write((db) => confirmClosedForGood(db, access, operation.id, tenant.id, closed))
    .catch((error: unknown) => failRemoval(tenant, access.host, error))
  report.done('write-record', sentence)
  if (closed.absent) return { ...observed, record: null }
  const revision = (await context.store.read((db) => findTenant(db, tenant.id)))?.revision ?? 0
  // A host that was put back counts from an older state.
  const isOlder = closed.was < tenant.revision
  const reached = isOlder ? closed.revision : Math.max(revision, closed.revision)
  return {
    ...observed,
    record: { ...observed.record, open: closed.open, revision: reached },
  }
}

/**
 * Tells of a delete whose port is closed and whose rest failed. Without a filter there is nothing to be closed, and a
 * tenant is reachable until its container is gone.
 * @throws ProblemError NOT_DELETED; the error itself without a filter, and where nothing is left on the host
 */
export function failRemoval({ name }: StoredTenant, host: StoredHost, error: unknown): never {
  if (host.mode !== 'filtered' || !(error instanceof ProblemError)) throw error
  if (error.problem.code === 'NOT_RECORDED') throw error
  const { message: reason } = describeProblem(error.problem)
  fail({ code: 'NOT_DELETED', details: { tenant: name, host: host.name, reason } }, error)
}
