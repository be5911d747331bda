import type { AnsweredTenant } from '../../../contract/tenant.ts'
import { fail, ProblemError } from '../../../domain/problem-error.ts'
import { type ObservedTenant, planTenant } from '../../../domain/tenant-plan.ts'
import { viewTenant } from '../../../domain/tenant-view.ts'
import type { StoredHost } from '../../adapters/store/hosts.ts'
import { listOperations, type StoredOperation } from '../../adapters/store/operations.ts'
import type { StoreDb } from '../../adapters/store/rows.ts'
import { type StoredTenant, updateTenant } from '../../adapters/store/tenants.ts'
import type { AskedClosing } from '../../reconcile/askings.ts'
import { closingLane } from '../../reconcile/carry-out-closing.ts'
import { closeDeleted, failRemoval } from '../../reconcile/close-deleted.ts'
import { closeUnrecorded } from '../../reconcile/close-unrecorded.ts'
import { failClosing } from '../../reconcile/fail-closing.ts'
import { followHistory } from '../../reconcile/put-back.ts'
import { recoverLater } from '../../reconcile/recover-host.ts'
import { requireSameName } from '../../reconcile/renamed-tenant.ts'
import type { ServiceContext } from '../context.ts'
import type { HostAccess } from '../host/host-pool.ts'
import { type Place, takePlace } from '../in-turn.ts'
import { cutOff } from '../operation/end-cut-off.ts'
import { keepFailure } from '../operation/keep-failure.ts'
import { beginOperation, endOperation } from '../operation/operation-log.ts'
import { toProblem } from '../operation/to-problem.ts'
import { type Reporter, stopIfCancelled } from '../progress.ts'
import { applyTenantPlan } from './apply-tenant-plan.ts'
import type { ApplyTools } from './apply-tools.ts'
import { describePlan } from './describe-plan.ts'
import { lastConfirmed, toDesired } from './desired-tenant.ts'
import { endTenant } from './end-tenant.ts'
import { requireTenant, type TenantRef } from './find-tenant.ts'
import type { Removed } from './ledger.ts'
import { withStrange } from './observe-strange.ts'
import { accessReader } from './write-record.ts'

interface BegunDelete {
  readonly tenant: StoredTenant
  readonly host: StoredHost
  readonly operation: StoredOperation
}

/**
 * Closes the tenant's port, cuts its connections, and removes its container and every trace of it in the filter. Its
 * operations stay in the log. The port is closed first, whatever else is being done to the tenant and whether or not
 * Docker answers. A delete that is cut off is finished by recovery, never undone.
 * @throws ProblemError CONFIRMATION_NEEDED; TENANT_RENAMED; NOT_IN_FORCE or NOT_KEPT when the port may be open; NOT_DELETED when it is
 *   closed for certain
 */
export async function deleteTenant(
  context: ServiceContext,
  input: TenantRef & { confirmed: boolean },
  report: Reporter,
): Promise<AnsweredTenant> {
  const asked = context.askings.askClosing()
  const { tenant: found, host } = await context.store.read((db) => requireTenant(db, input))
  if (!input.confirmed) {
    const loses = `Deleting ${found.name} on ${host.name} ends its connections and loses everything in its cache.`
    fail({ code: 'CONFIRMATION_NEEDED', details: { loses } })
  }
  // A tenant that is being made is on no host's list yet.
  if (found.phase === 'present') await requireSameName(context, context.hosts.access(host), found)
  const begin = (): Promise<BegunDelete> => {
    stopIfCancelled(report, `deleting ${found.name}`)
    return context.store.write((db) => beginDelete(context, db, { ...input, id: found.id }, asked))
  }
  // A tenant that is being made has to be there first; nobody knows of it yet, so nothing needs closing at once.
  if (found.phase === 'creating')
    return context.inTurn(found.id, () =>
      withPlace(context, found.id, async (place) => deleteBegun(context, await begin(), report, place)),
    )
  const closing = { kind: 'tenant suspend', cidrs: null, asked } as const
  return withPlace(context, found.id, async (place) => {
    const begun = await begin().catch((error: unknown) =>
      closeUnrecorded(context, { ...input, id: found.id }, closing, place, error),
    )
    return deleteBegun(context, begun, report, place, found.id)
  })
}

/** The place in the lane of closings is taken before the intent: no closing or change that sees that goes before it. */
async function withPlace<T>(
  { inTurn }: ServiceContext,
  tenantId: string,
  work: (place: Place) => Promise<T>,
): Promise<T> {
  const place = takePlace(inTurn, closingLane(tenantId))
  try {
    return await work(place)
  } finally {
    place.leave()
  }
}

function beginDelete(
  context: ServiceContext,
  db: StoreDb,
  which: TenantRef,
  asked: AskedClosing,
): BegunDelete {
  const { tenant, host } = requireTenant(db, which)
  context.askings.tookAway(asked, { tenantId: tenant.id, kind: 'tenant delete', cidrs: null })
  const { open, allow } = tenant
  // Of a delete that failed before, the access before the first try counts.
  const deletion = tenant.deletion ?? { open, allow, releasedAt: null }
  updateTenant(db, tenant.id, { phase: 'deleting', deletion })
  const plan = planTenant({ ...toDesired(tenant), present: false }, lastConfirmed(tenant))
  const before = { port: tenant.port, allow: tenant.allow }
  const subject = { kind: 'tenant delete', host, tenant, before }
  const steps = describePlan(plan, tenant.name, host.name)
  const failed = findFailedDelete(context, db, tenant.id)
  return { tenant, host, operation: failed ?? beginOperation(db, context, subject, steps) }
}

/** A delete that failed before and that nothing is at work on: the same again goes on with it. */
function findFailedDelete(
  { running }: ServiceContext,
  db: StoreDb,
  tenantId: string,
): StoredOperation | undefined {
  return listOperations(db, { tenantId, unsettled: true }).find(
    ({ id, kind, problem }) => kind === 'tenant delete' && problem !== null && running.find(id) === undefined,
  )
}

/** The id of a failed delete may have an answer on the host already, which is out of date: a new try needs a new id. */
const chooseTryId = ({ newId }: ServiceContext, { id, problem }: StoredOperation): string =>
  problem === null ? id : newId()

/** @param turn the tenant's turn, to be waited for once access is closed; none where this runs in it already */
async function deleteBegun(
  context: ServiceContext,
  { tenant, host, operation }: BegunDelete,
  report: Reporter,
  place: Place,
  turn?: string,
): Promise<AnsweredTenant> {
  const access = context.hosts.access(host)
  // From here on it is finished, not taken back: cancelling would leave it halfway.
  await context.running.enter(operation, report, false, async (report) => {
    const tools: ApplyTools = {
      access,
      operationId: chooseTryId(context, operation),
      report,
      atPoint: context.atPoint,
      onReserved: () => Promise.resolve(),
      readAccess: accessReader(context, tenant.id),
      releasedPort: 'keep-back',
    }
    const gone = { ...toDesired(tenant), present: false }
    try {
      const observed = await closeDeleted(
        context,
        access,
        { operation, tryId: tools.operationId },
        tenant,
        place,
        report,
      )
      const remove = async (): Promise<void> => {
        const now = await observeAgain(access, observed, tenant.id)
        const { removed } = await access.inFew(() => applyTenantPlan(planTenant(gone, now), gone, now, tools))
        await context.store
          .write((db) => endDelete(context, db, tenant, operation, removed))
          .catch((error: unknown) => {
            const closing = { kind: 'tenant delete', cidrs: null, asOf: null } as const
            failClosing('NOT_RECORDED', tenant, host, closing, error, toProblem(context.log, error))
          })
      }
      await (turn === undefined ? remove() : context.inTurn(turn, remove)).catch((error: unknown) =>
        failRemoval(tenant, host, error),
      )
    } catch (error) {
      // Recovery finishes it after any failure, that of the confirmation in the store included.
      await keepFailure(context, operation, toProblem(context.log, reasonOf(error)))
      recoverLater(context, access)
      throw await withStrange(access, tenant.id, error)
    }
  })
  context.background.add(followHistory(context, access, access.helper))
  const why = ''
  const view = viewTenant({ ...tenant, phase: 'deleted' }, host.name, [], { kind: 'unreached', why })
  return { ...view, metrics: null }
}

/** Changes that were under way when the delete began have ended by now, and made the record newer. */
async function observeAgain(
  access: HostAccess,
  observed: ObservedTenant,
  id: string,
): Promise<ObservedTenant> {
  if (observed.record === null) return observed
  const record = (await access.ledger.observe(id)).find((each) => each.id === id)
  return {
    ...observed,
    record: record === undefined ? null : { ...observed.record, revision: record.revision },
  }
}

/** Why it failed: that it is not closed, or not gone, is said of a deleted tenant anyway. */
function reasonOf(error: unknown): unknown {
  const isUnsure =
    error instanceof ProblemError && /^NOT_(IN_FORCE|KEPT|DELETED|RECORDED)$/.test(error.problem.code)
  return isUnsure ? error.cause : error
}

function endDelete(
  context: ServiceContext,
  db: StoreDb,
  { id }: StoredTenant,
  operation: StoredOperation,
  removed: Removed | null,
): void {
  const now = context.now()
  endTenant(db, id, now, removed)
  endOperation(db, now, operation, { kind: 'done' })
  // Earlier changes of it whose end was not settled have none any more.
  for (const other of listOperations(db, { tenantId: id, unsettled: true })) {
    const problem = other.problem ?? cutOff
    if (other.id !== operation.id) endOperation(db, now, other, { kind: 'undone', problem, stepsDone: 0 })
  }
}
