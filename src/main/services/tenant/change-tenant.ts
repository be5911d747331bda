import type { Problem } from '../../../contract/problem.ts'
import type { AnsweredTenant } from '../../../contract/tenant.ts'
import { letsInMore, withoutClosed } from '../../../core/plan/closing.ts'
import { ProblemError } from '../../../domain/problem-error.ts'
import { planTenant } from '../../../domain/tenant-plan.ts'
import type { StoredHost } from '../../adapters/store/hosts.ts'
import type { StoreDb } from '../../adapters/store/rows.ts'
import {
  findTenant,
  type StoredTenant,
  type TenantChanges,
  updateTenant,
} from '../../adapters/store/tenants.ts'
import { followHistory, followPutBack } from '../../reconcile/put-back.ts'
import { recoverLater, settleBefore } from '../../reconcile/recover-host.ts'
import { requireClosed, requireNotOvertaken } from '../../reconcile/require-closed.ts'
import { requireNoDoubt } from '../../reconcile/same-server.ts'
import type { ServiceContext } from '../context.ts'
import { adoptRecords } from '../host/adopt-records.ts'
import type { HostAccess } from '../host/host-pool.ts'
import { keepFailure } from '../operation/keep-failure.ts'
import {
  beginOperation,
  endOperation,
  type OpenOperation,
  withSentences,
} from '../operation/operation-log.ts'
import { toProblem } from '../operation/to-problem.ts'
import { type Reporter, silent } from '../progress.ts'
import { applyTenantPlan } from './apply-tenant-plan.ts'
import { type AskedTenant, consider, requireNotPutBack, requirePresent } from './consider-change.ts'
import { describePlan } from './describe-plan.ts'
import { lastConfirmed, toDesired } from './desired-tenant.ts'
import { requireTenant, type TenantRef } from './find-tenant.ts'
import type { CutConnections } from './ledger.ts'
import { observeRecords, observeTenant } from './observe-tenants.ts'
import type { TenantChange } from './tenant-change.ts'
import { limitContainer } from './tenant-container.ts'
import { viewConfirmed } from './view-tenants.ts'
import { accessReader } from './write-record.ts'

export interface ChangedTenant {
  readonly before: StoredTenant
  readonly after: StoredTenant
  readonly tenant: AnsweredTenant
  readonly cut: CutConnections
}

/**
 * Changes a tenant: intent into the store, plan, apply, confirm. After a refusal everything is as it was; when an answer
 * is lost the intent stays, and recovery finishes it before the next change of that tenant. Taking access away is not
 * such a change: see reconcile/close-access.ts.
 */
export async function changeTenant(
  context: ServiceContext,
  which: TenantRef,
  change: TenantChange,
  report: Reporter = silent,
): Promise<ChangedTenant> {
  const { tenant } = await context.store.read((db) => requireTenant(db, which))
  return context.inTurn(tenant.id, async () => {
    // Read in the turn: whatever was before it may have edited or removed the host.
    const { host } = await context.store.read((db) => requireTenant(db, { ...which, id: tenant.id }))
    const access = context.hosts.access(host)
    await settleBefore(context, access, tenant.id)
    await context.store.read((db) => {
      // Another panel may have given its name to another tenant, as has been taken in now.
      requireTenant(db, { ...which, id: tenant.id })
      requireNoDoubt(db, host.id, tenant.name)
      requireNotPutBack(db, tenant)
      requireClosed(db, host, tenant)
    })
    return changeInTurn(context, access, host, tenant, change, report)
  })
}

async function changeInTurn(
  context: ServiceContext,
  access: HostAccess,
  host: StoredHost,
  asked: AskedTenant,
  change: TenantChange,
  report: Reporter,
): Promise<ChangedTenant> {
  const tenantId = asked.id
  const { observed, image, mark } = await consider(context, access, asked, change)
  const { before, after, changes, plan, operation } = await context.store.write((db) => {
    const before = requirePresent(db, asked)
    requireNotOvertaken(before, change.opens)
    const changes = change.change(before, db)
    const after = { ...before, ...changes }
    const basis = observed ?? lastConfirmed(before)
    const plan = (change.plan ?? planTenant)({ ...toDesired(after), image }, basis)
    updateTenant(db, tenantId, changes)
    const subject = {
      kind: change.kind,
      host,
      tenant: after,
      before: { ...pick(before, changes), ...mark },
      after: pick(after, changes),
    }
    const steps = describePlan(plan, after.name, host.name)
    return { before, after, changes, plan, operation: beginOperation(db, context, subject, steps) }
  })
  return context.running.enter(operation, report, true, async (report) => {
    let cut: CutConnections = []
    try {
      const applied = await applyTenantPlan(
        plan,
        { ...toDesired(after), image },
        observed ?? lastConfirmed(before),
        {
          access,
          operationId: operation.id,
          report,
          atPoint: context.atPoint,
          onReserved: ({ port, network }) =>
            context.store.write((db) => updateTenant(db, tenantId, { port, network })),
          readAccess: accessReader(context, tenantId),
          releasedPort: 'keep-back',
        },
      )
      await context.store.write((db) => {
        confirmRevision(db, tenantId, applied.place?.revision)
        endOperation(db, context.now(), operation, { kind: 'done' })
      })
      cut = applied.cut
      context.background.add(followHistory(context, access, access.helper))
    } catch (error) {
      report.pastStopping()
      const told = withSentences(operation, context.running.find(operation.id)?.steps)
      await takeBack(context, access, { before, after, changes }, told, error)
      await context.store.read((db) => requireNotPutBack(db, before))
      throw error
    }
    // It was said before the change.
    context.vitals.forget(tenantId)
    return { before, after, tenant: await viewConfirmed(context, access, tenantId), cut }
  })
}

/** Of a tenant what a change touches, for the log. */
function pick(tenant: StoredTenant, changes: TenantChanges) {
  const { name, open, port, memoryMb, maxConnections, notes, tags, allow } = tenant
  const all = { name, open, port, memoryMb, maxConnections, notes, tags, allow }
  return Object.fromEntries(Object.entries(all).filter(([key]) => key in changes))
}

/**
 * The host's refusal means that nothing happened: the store goes back. After any other failure the host is asked what
 * is so and brought back to what was before, if it can be reached; if not, recovery goes on to what was asked for.
 */
async function takeBack(
  context: ServiceContext,
  access: HostAccess,
  { before, after, changes }: { before: StoredTenant; after: StoredTenant; changes: TenantChanges },
  operation: OpenOperation,
  error: unknown,
): Promise<void> {
  const problem = toProblem(context.log, error)
  try {
    const isRefused = isRefusal(error)
    const isNews = !isRefused && (await applyBefore(context, access, { before, after }, operation))
    if (isRefused && after.memoryMb > before.memoryMb) await limitAsRecorded(access, before.id)
    await context.store.write((db) => {
      restoreStored(db, before, changes)
      endOperation(db, context.now(), operation, { kind: 'undone', problem, stepsDone: 0 })
    })
    // The next change takes in first what another panel did there.
    if (isNews) delete access.seen.adopted
    if (isOtherThere(problem)) await adoptAfterRefusal(context, access, operation.id)
  } catch (undoError) {
    await restoreLabels(context, before, changes)
    await keepFailure(context, operation, problem)
    recoverLater(context, access)
    context.log.warn({ err: undoError, tenant: before.id }, 'a failed change could not be taken back yet')
  }
}

/** The container of a tenant that was to grow had the room before the host refused to promise it. */
async function limitAsRecorded(access: HostAccess, tenantId: string): Promise<void> {
  const { record, container } = await observeTenant(access, tenantId)
  if (record === null || container === null || container.memoryMb <= record.memoryMb) return
  await limitContainer(access, tenantId, record.memoryMb)
}

/** Refusals by which a host shows that it has something else of the tenant than this panel. */
function isOtherThere({ code, details }: Problem): boolean {
  return (
    code === 'REVISION_STALE' || (code === 'HELPER_FAILED' && details.reason.includes('no reservation here'))
  )
}

async function adoptAfterRefusal(context: ServiceContext, access: HostAccess, own: string): Promise<void> {
  const records = await observeRecords(access)
  if (await followPutBack(context, access, records, { own })) return
  await adoptRecords(context, access, { records, own })
}

/**
 * @returns whether another panel has taken access away there, or the tenant itself, which this store still has: what the
 *   host has stays news then
 */
async function applyBefore(
  context: ServiceContext,
  access: HostAccess,
  { before, after }: { before: StoredTenant; after: StoredTenant },
  operation: OpenOperation,
): Promise<boolean> {
  const readAccess = accessReader(context, before.id)
  const observed = await observeTenant(access, before.id)
  const { record } = observed
  // Another panel has deleted it, or the host was put back to before it was made: it is not made again.
  if (record === null && before.revision > 0 && access.host.mode === 'filtered') return true
  const stored = withoutClosed(before, (await readAccess()) ?? before)
  const staysNews = record !== null && letsInMore(stored, record)
  // No change but a closing takes access away, so its way back never lets anybody in: not whom another panel shut out.
  const wanted = toDesired(before)
  const desired = record === null ? wanted : { ...wanted, ...withoutClosed(wanted, record) }
  const applied = await applyTenantPlan(planTenant(desired, observed), desired, observed, {
    access,
    operationId: `${operation.id}-undo`,
    report: silent,
    atPoint: context.atPoint,
    onReserved: () => Promise.resolve(),
    readAccess,
    staysNews,
    // Nobody was told of the port that this very change took.
    releasedPort: record?.port === after.port ? 'free' : 'keep-back',
  })
  // With its revision the store would seem to know a list that it does not have, and write its own over it.
  if (!staysNews) await context.store.write((db) => confirmRevision(db, before.id, applied.place?.revision))
  return staysNews
}

/**
 * A tenant keeps its old name, notes and tags where giving it new ones failed and the host cannot be asked what it has:
 * nothing there depends on them. If the host has the new ones, recovery takes them over from it.
 */
async function restoreLabels(
  { store, log }: ServiceContext,
  before: StoredTenant,
  changes: TenantChanges,
): Promise<void> {
  if (!Object.keys(changes).every((key) => key === 'name' || key === 'notes' || key === 'tags')) return
  try {
    await store.write((db) => restoreStored(db, before, changes))
  } catch (error) {
    // Another tenant may have got the old name meanwhile.
    log.warn({ err: error, tenant: before.id }, 'a tenant has kept what it was to be called')
  }
}

/** The store as it was before the change, but for access that was taken away meanwhile. */
function restoreStored(db: StoreDb, before: StoredTenant, changes: TenantChanges): void {
  const current = findTenant(db, before.id)
  if (current === undefined) return
  const { name, port, memoryMb, maxConnections, notes, tags } = before
  const { open, allow } = withoutClosed(before, current)
  const all = { name, open, port, memoryMb, maxConnections, notes, tags, allow }
  updateTenant(db, before.id, Object.fromEntries(Object.entries(all).filter(([key]) => key in changes)))
}

/** A closing that was confirmed meanwhile has a newer revision. */
function confirmRevision(db: StoreDb, tenantId: string, revision = 0): void {
  const current = findTenant(db, tenantId)
  if (current !== undefined && revision > current.revision) updateTenant(db, tenantId, { revision })
}

/** Problems by which the host says that it did not do it; after any other, it may have. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof ProblemError)) return false
  switch (error.problem.code) {
    case 'REVISION_STALE':
    case 'MEMORY_OVERCOMMITTED':
    case 'PORT_UNAVAILABLE':
    case 'HELPER_INCOMPATIBLE':
    case 'HOST_NOT_PREPARED':
    case 'SUDO_REFUSED':
    case 'SUDO_OVERRULED':
    case 'UID_REUSED':
    case 'STATE_OPEN':
    case 'HOST_KEY_CHANGED':
    case 'SSH_TOO_OLD':
    case 'LOGIN_REFUSED':
    case 'LOGIN_UNUSABLE':
    case 'LOGIN_METHODS':
    case 'AGENT_SILENT':
    case 'AGENT_REFUSED':
    case 'PASSPHRASE_NEEDED':
      return true
    default:
      return false
  }
}
