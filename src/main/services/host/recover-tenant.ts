import { isDeepStrictEqual } from 'node:util'
import {
  isClosingKind,
  listCidrs,
  putBackKind,
  withoutClosed,
  withoutLetIn,
} from '../../../core/plan/closing.ts'
import { nothingRefused } from '../../../core/tenant/describe-unfit.ts'
import { describeProblem } from '../../../domain/describe-problem.ts'
import { fail } from '../../../domain/problem-error.ts'
import { judgeCutOff, type Recovery } from '../../../domain/recovery.ts'
import { type ObservedTenant, planTenant, type TenantPlan } from '../../../domain/tenant-plan.ts'
import { listOperations, type StoredOperation } from '../../adapters/store/operations.ts'
import type { StoreDb } from '../../adapters/store/rows.ts'
import { findTenant, type StoredTenant, updateTenant } from '../../adapters/store/tenants.ts'
import { observeDoubtful } from '../../reconcile/observe-doubtful.ts'
import { requireSameServer } from '../../reconcile/same-server.ts'
import type { ServiceContext } from '../context.ts'
import { cutOff, isCutOff } from '../operation/end-cut-off.ts'
import { endOperation, type OperationEnd } from '../operation/operation-log.ts'
import { type Reporter, silent } from '../progress.ts'
import { applyTenantPlan } from '../tenant/apply-tenant-plan.ts'
import type { ApplyTools } from '../tenant/apply-tools.ts'
import { type CacheMark, hasHappened, isMarked, observeCacheMark } from '../tenant/cache-mark.ts'
import { lastConfirmed, toDesired } from '../tenant/desired-tenant.ts'
import { endTenant, endUnmade } from '../tenant/end-tenant.ts'
import type { Removed } from '../tenant/ledger.ts'
import { observeTenant } from '../tenant/observe-tenants.ts'
import { accessReader } from '../tenant/write-record.ts'
import { parseFit } from './choose-fit.ts'
import type { HostAccess } from './host-pool.ts'
import { takeOver } from './take-over.ts'
import { tellRefused } from './tell-refused.ts'

/**
 * Finishes or undoes what was cut off of one tenant, ends it in the log, and leaves a word for the operator. Runs when
 * it is the tenant's turn: what looked cut off may be a change of this very program that has ended by now; null then.
 * @returns `gone` where the host has no record of a tenant any more whose record it had confirmed: another panel has
 *   deleted it, or the host was put back to before it was made. It is not made again, and what was cut off is over
 */
export async function recoverTenant(
  context: ServiceContext,
  access: HostAccess,
  tenantId: string,
): Promise<Recovery['kind'] | 'gone' | null> {
  const { tenant, operations } = await context.store.read((db) => ({
    tenant: findTenant(db, tenantId),
    operations: listOperations(db, { hostId: access.host.id, tenantId, unsettled: true }).filter(
      ({ kind }) => kind === 'tenant delete' || !(isClosingKind(kind) || kind === putBackKind),
    ),
  }))
  if (tenant === undefined || tenant.phase === 'deleted') return null
  // Work that has only been written down when this was found counts as running by now.
  if (context.running.isBusy(tenantId)) return null
  if (tenant.phase === 'present' && operations.length === 0) return null
  const [first] = operations
  const recover = (report: Reporter) => recoverInTurn(context, access, tenant, operations, report)
  return first === undefined
    ? recover(silent)
    : context.running.enter(beginAgain(first), silent, false, recover)
}

/** The operation as its recovery begins: what is not done is meant to be done. */
function beginAgain(operation: StoredOperation): StoredOperation {
  const steps = operation.steps.map((step) =>
    step.state === 'done' ? step : { ...step, state: 'intended' as const },
  )
  return { ...operation, steps }
}

async function recoverInTurn(
  context: ServiceContext,
  access: HostAccess,
  tenant: StoredTenant,
  operations: readonly StoredOperation[],
  report: Reporter,
): Promise<Recovery['kind'] | 'gone'> {
  const { id: tenantId, phase, revision } = tenant
  const failed = operations.some(({ problem }) => problem !== null && !isCutOff(problem))
  // Judged and brought there from one look: what somebody changes in between is refused as stale.
  const observed = await observeTenant(access, tenantId)
  if (phase === 'deleting' && observed.record === null) await requireSameServer(context, access, tenant.id)
  if (access.host.mode === 'filtered' && phase === 'present' && revision > 0 && observed.record === null) {
    await endAll(context, tenant, operations)
    return 'gone'
  }
  const recovery = judgeCutOff(
    { phase, revision, failed, desired: { ...toDesired(tenant), present: phase !== 'deleting' } },
    observed,
  )
  const wanted = await chooseWanted(context, access, tenant, recovery)
  const given = { ...wanted, ...leaveLost(wanted, observed, recovery, revision) }
  const reached = await applyWanted(context, access, given, recovery, observed, report)
  const mark = operations.some(({ kind }) => isMarked(kind)) ? await observeCacheMark(access, tenantId) : null
  const ends = operations.map((operation) => ({
    operation,
    end: chooseEnd(operation, recovery, mark, given),
  }))
  const now = context.now()
  await context.store.write((db) => {
    confirm(db, wanted, recovery, reached, now)
    for (const { operation, end } of ends) endOperation(db, now, operation, end)
  })
  for (const { operation, end } of ends) {
    const word = end.kind === 'done' ? 'Finished' : 'Undone'
    context.notices.add(`${word}: ${operation.kind} of ${wanted.name}, which ${describeBreak(operation)}`)
  }
  context.log.info({ tenant: tenantId, phase, recovery: recovery.kind }, 'recovered what was cut off')
  return recovery.kind
}

/** Ends in the log what was cut off, as undone, lets in nobody by it, and leaves a word for the operator. */
async function endAll(
  { store, notices, now }: ServiceContext,
  { id, name }: StoredTenant,
  operations: readonly StoredOperation[],
): Promise<void> {
  await store.write((db) => {
    const tenant = findTenant(db, id)
    if (tenant !== undefined) updateTenant(db, id, withoutLetIn(tenant, operations))
    for (const operation of operations) endOperation(db, now(), operation, undone(operation))
  })
  for (const operation of operations)
    notices.add(`Undone: ${operation.kind} of ${name}, which ${describeBreak(operation)}`)
}

const undone = ({ problem }: StoredOperation): OperationEnd => ({
  ...{ kind: 'undone', problem: problem ?? cutOff, stepsDone: 0 },
})

/**
 * The tenant as it shall be: what the store asks for, or what the host has where that counts.
 * @throws ProblemError HELPER_FAILED where it has what no panel has written: then it stays as it is, and is tried again
 */
async function chooseWanted(
  context: ServiceContext,
  { host }: HostAccess,
  tenant: StoredTenant,
  recovery: Recovery,
): Promise<StoredTenant> {
  if (recovery.kind !== 'follow') return tenant
  const { id, createdAt } = tenant
  const { fit, unfit } = await parseFit(context, host, [{ ...recovery.record, id, createdAt }])
  const [record] = fit
  if (record === undefined) {
    tellRefused(context, host, { ...nothingRefused, unfit })
    const reason = 'no panel has written what it has of it'
    const op = `say what ${tenant.name} is`
    return fail({ code: 'HELPER_FAILED', details: { host: host.name, op, reason } })
  }
  const doubtful = await observeDoubtful(context, host, [record])
  return context.store.write((db) => {
    // Access that was taken away here since that look must not come back from it.
    const { open, allow } = findTenant(db, id) ?? tenant
    const taken = {
      open: record.open && (open || !tenant.open),
      allow: record.allow.filter(
        ({ cidr }) =>
          allow.some((entry) => entry.cidr === cidr) || !tenant.allow.some((entry) => entry.cidr === cidr),
      ),
    }
    takeOver(db, host, { ...record, ...taken }, doubtful)
    updateTenant(db, id, { phase: 'present', deletedAt: null, deletion: null })
    return findTenant(db, id) ?? tenant
  })
}

/**
 * The access that a host is given: of a record that is older than the confirmed one, because the host was put back, no more
 * than that has. Whom the host has lost is let in again when the operator says so.
 * @param confirmed the last revision that the host confirmed
 */
function leaveLost(
  wanted: StoredTenant,
  { record }: ObservedTenant,
  recovery: Recovery,
  confirmed: number,
): Pick<StoredTenant, 'open' | 'allow'> {
  const isOlder = recovery.kind === 'finish' && record !== null && record.revision < confirmed
  return isOlder ? withoutClosed(wanted, record) : wanted
}

/**
 * The way back of a create. It does not close the record first: a closed record that is newer than the create is how
 * another panel's suspend is told from an undo that was cut off itself.
 */
const undoing: TenantPlan = [[{ kind: 'remove-container' }], [{ kind: 'drop-record' }]]

/** Brings the host there, and returns the revision that it confirmed, and since when it keeps the port back. */
async function applyWanted(
  context: ServiceContext,
  access: HostAccess,
  tenant: StoredTenant,
  recovery: Recovery,
  observed: ObservedTenant,
  report: Reporter,
): Promise<Removed> {
  const present = recovery.kind !== 'undo' && tenant.phase !== 'deleting'
  const desired = { ...toDesired(tenant), present }
  const tools: ApplyTools = {
    access,
    operationId: `recover-${context.newId()}`,
    report,
    atPoint: context.atPoint,
    onReserved: ({ port, network }) =>
      context.store.write((db) => updateTenant(db, tenant.id, { port, network })),
    readAccess: accessReader(context, tenant.id),
    releasedPort: recovery.kind === 'undo' ? 'free' : 'keep-back',
  }
  // A container that is not there under its name may be there under another, and then nothing of it is deleted.
  const basis = present
    ? observed
    : { ...observed, container: observed.container ?? lastConfirmed(tenant).container }
  const plan = recovery.kind === 'undo' ? undoing : planTenant(desired, basis)
  const { place, removed } = await applyTenantPlan(plan, desired, observed, tools)
  return removed ?? { revision: place?.revision ?? tenant.revision, releasedAt: null }
}

function confirm(
  db: StoreDb,
  { id, phase }: StoredTenant,
  recovery: Recovery,
  reached: Removed,
  now: Date,
): void {
  if (recovery.kind === 'undo') endUnmade(db, now, id, reached.revision)
  else if (phase === 'deleting') endTenant(db, id, now, reached)
  // A closing that was confirmed meanwhile has a newer revision.
  else {
    const revision = Math.max(reached.revision, findTenant(db, id)?.revision ?? 0)
    updateTenant(db, id, { phase: 'present', deletedAt: null, deletion: null, revision })
  }
}

function chooseEnd(
  operation: StoredOperation,
  recovery: Recovery,
  mark: CacheMark | null,
  wanted: StoredTenant,
): OperationEnd {
  const before = (operation.before ?? {}) as Partial<CacheMark>
  const isMade = operation.kind === 'tenant create' || operation.kind === 'tenant restore'
  const created = isMade && recovery.kind === 'follow'
  const done =
    hasLabels(wanted, operation) ??
    (created ||
      (recovery.kind === 'finish' &&
        hasPlace(wanted, operation) &&
        letsIn(wanted, operation) &&
        (mark === null || hasHappened(operation.kind, before, mark))))
  return done ? { kind: 'done' } : undone(operation)
}

/**
 * Whether a tenant is called now as a change asked for; null where it asked for something else. The name goes back at
 * once when that failed, and comes back from the host where the host has it all the same.
 */
function hasLabels({ name, notes, tags }: StoredTenant, { kind, after }: StoredOperation): boolean | null {
  if (kind !== 'tenant rename' && kind !== 'tenant annotate') return null
  const asked = typeof after === 'object' && after !== null ? after : {}
  return isDeepStrictEqual({ name, notes, tags, ...asked }, { name, notes, tags })
}

/** Whether a tenant is as large, and where, as a change asked for; what failed was taken back in the store. */
function hasPlace(
  { memoryMb, maxConnections, port }: StoredTenant,
  { kind, after }: StoredOperation,
): boolean {
  if (kind !== 'tenant resize' && kind !== 'tenant limit' && kind !== 'tenant move') return true
  const asked = typeof after === 'object' && after !== null ? after : {}
  const now = { memoryMb, maxConnections, port }
  return isDeepStrictEqual({ ...now, ...asked }, now)
}

/** Whether whom a change let in is in still: access may have been taken away again before the host was reached. */
function letsIn({ open, allow }: StoredTenant, { kind, before, after }: StoredOperation): boolean {
  if (kind === 'tenant resume') return open
  if (kind !== 'tenant allow') return true
  const there = new Set([...listCidrs(before), ...allow.map(({ cidr }) => cidr)])
  return listCidrs(after).every((cidr) => there.has(cidr))
}

/** Why it was not at its end, with a full stop. */
function describeBreak({ problem }: StoredOperation): string {
  return problem === null || isCutOff(problem)
    ? 'was cut off.'
    : `had failed: ${describeProblem(problem).message}`
}
