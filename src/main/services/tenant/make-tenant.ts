import type { Problem } from '../../../contract/problem.ts'
import type { CreatedTenant } from '../../../contract/tenant.ts'
import { noteSpecial } from '../../../core/address/special-range.ts'
import { describeUnlimitedHost } from '../../../domain/missing-limits.ts'
import { fail, ProblemError } from '../../../domain/problem-error.ts'
import { planTenant } from '../../../domain/tenant-plan.ts'
import { findHost, type StoredHost } from '../../adapters/store/hosts.ts'
import type { StoreDb } from '../../adapters/store/rows.ts'
import {
  findTenant,
  listPortHolders,
  listTenantsById,
  type StoredTenant,
  updateTenant,
} from '../../adapters/store/tenants.ts'
import { followHistory } from '../../reconcile/put-back.ts'
import { recoverLater } from '../../reconcile/recover-host.ts'
import type { ServiceContext } from '../context.ts'
import { requireStill } from '../host/find-host.ts'
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
import type { ApplyTools } from './apply-tools.ts'
import { describePlan } from './describe-plan.ts'
import { nothingObserved, toDesired } from './desired-tenant.ts'
import { endUnmade } from './end-tenant.ts'
import { requireAllowRoom } from './require-allow-room.ts'
import { requireTextRoom } from './require-text-room.ts'
import { viewConfirmed } from './view-tenants.ts'
import { accessReader } from './write-record.ts'

/**
 * Makes a tenant on a host that has nothing of it.
 * @param keep writes it into the store as `creating`, with revision 0
 * @throws ProblemError NOT_FOUND when the host was removed before anything was kept
 */
export async function makeInTurn(
  context: ServiceContext,
  access: HostAccess,
  tenant: StoredTenant,
  kind: 'tenant create' | 'tenant restore',
  keep: (db: StoreDb) => void,
  report: Reporter,
): Promise<CreatedTenant> {
  const { host } = access
  const desired = toDesired(tenant)
  const plan = planTenant(desired, nothingObserved)
  access.seen.closings.delete(tenant.id)
  const operation = await context.store.write((db) => {
    requireStill(db, host)
    requireAllowRoom(db, host.id, tenant.allow.length)
    requireTextRoom(db, host.id, {}, tenant)
    keep(db)
    const steps = describePlan(plan, tenant.name, host.name)
    return beginOperation(db, context, { kind, host, tenant }, steps)
  })
  return context.running.enter(operation, report, true, async (report) => {
    try {
      const tools = { ...createTools(context, access, tenant, operation), report }
      const applied = await access.inFew(() => applyTenantPlan(plan, desired, nothingObserved, tools))
      await context.store.write((db) => {
        const there = { phase: 'present', deletedAt: null, deletion: null } as const
        // A closing that was confirmed meanwhile has a newer revision.
        const confirmed = findTenant(db, tenant.id)?.revision ?? 0
        const revision = Math.max(confirmed, applied.place?.revision ?? 0)
        updateTenant(db, tenant.id, { ...there, revision })
        endOperation(db, context.now(), operation, { kind: 'done' })
      })
    } catch (error) {
      report.pastStopping()
      const told = withSentences(operation, context.running.find(operation.id)?.steps)
      await undoCreate(context, access, tenant, told, error)
      throw error
    }
    context.background.add(followHistory(context, access, access.helper))
    const created = await viewConfirmed(context, access, tenant.id)
    if (created.faults.includes('limits')) tellUnlimited(context, access)
    const cidrs = created.allow.map(({ cidr }) => cidr)
    return { ...created, allowNotes: noteSpecial(cidrs, created.addresses) }
  })
}

/** Once for each connection: the next tenants there are no different. */
function tellUnlimited({ notices }: ServiceContext, { host, seen }: HostAccess): void {
  if (seen.unlimitedTold === true) return
  seen.unlimitedTold = true
  notices.add(describeUnlimitedHost(host.name))
}

function createTools(
  { store, inTurn, atPoint }: ServiceContext,
  access: HostAccess,
  tenant: StoredTenant,
  operation: OpenOperation,
): Omit<ApplyTools, 'report'> {
  return {
    access,
    operationId: operation.id,
    atPoint,
    onReserved: ({ port, network, revision }) =>
      store.write((db) => {
        requireNobodys(db, access.host, port)
        // It may have been closed before this program knew that it is there.
        const closed = access.seen.closings.get(tenant.id)
        const reached = closed?.was === revision ? closed.revision : revision
        updateTenant(db, tenant.id, { port, network, revision: reached })
      }),
    readAccess: accessReader({ store, inTurn }, tenant.id),
    releasedPort: 'free',
    isNew: tenant.deletedAt !== null,
  }
}

/**
 * A host that has lost the record of a tenant may give its port away, and `host recover` could not give it back.
 * @throws ProblemError HOST_PUT_BACK
 */
function requireNobodys(db: StoreDb, { id, name }: StoredHost, port: number): void {
  const waiting = new Set(findHost(db, id)?.putBack?.tenantIds)
  const holders = listPortHolders(db, id, [port]).filter((holder) => waiting.has(holder.id))
  const [tenant] = listTenantsById(
    db,
    holders.map((holder) => holder.id),
  )
  if (tenant !== undefined) fail({ code: 'HOST_PUT_BACK', details: { host: name, tenant: tenant.name } })
}

/**
 * Takes back what a failed create left. If the host cannot be asked now, the tenant stays `creating` in the store beside
 * the reason, and recovery takes it back when the host answers.
 */
async function undoCreate(
  context: ServiceContext,
  access: HostAccess,
  tenant: StoredTenant,
  operation: OpenOperation,
  error: unknown,
): Promise<void> {
  const problem = toProblem(context.log, error)
  const stored = await context.store.read((db) => findTenant(db, tenant.id))
  const isUnreserved = tenant.deletedAt !== null && (stored?.revision ?? 0) === 0
  if (isUnreserved) return giveUpReturn(context, access, tenant, operation, problem)
  const gone = { ...toDesired(tenant), present: false }
  const everything = [[{ kind: 'remove-container' }], [{ kind: 'drop-record' }]] as const
  try {
    const tools = { ...createTools(context, access, tenant, operation), report: silent }
    const { removed } = await applyTenantPlan(everything, gone, nothingObserved, {
      ...tools,
      operationId: `${operation.id}-undo`,
    })
    await context.store.write((db) => {
      endUnmade(db, context.now(), tenant.id, removed?.revision)
      endOperation(db, context.now(), operation, { kind: 'undone', problem, stepsDone: 0 })
    })
    // A Docker that hung may still make the container that it was asked for: the next change looks for it.
    if (isWithoutAnswer(problem)) delete access.seen.recovered
  } catch (undoError) {
    await keepFailure(context, operation, problem)
    recoverLater(context, access)
    const level = undoError instanceof ProblemError ? 'warn' : 'error'
    context.log[level]({ err: undoError, tenant: tenant.id }, 'a failed create could not be taken back yet')
  }
}

/**
 * The same for a tenant that was to be put back and got no place: what its host may have of it is another panel's, and
 * recovery finds out where that is not certain.
 */
async function giveUpReturn(
  context: ServiceContext,
  access: HostAccess,
  { id, revision }: StoredTenant,
  operation: OpenOperation,
  problem: Problem,
): Promise<void> {
  if (!isRefusedPlace(problem)) {
    await keepFailure(context, operation, problem)
    return recoverLater(context, access)
  }
  await context.store.write((db) => {
    endUnmade(db, context.now(), id, revision)
    endOperation(db, context.now(), operation, { kind: 'undone', problem, stepsDone: 0 })
  })
}

/** Problems by which a host says that it has not given the tenant its place. */
function isRefusedPlace({ code }: Problem): boolean {
  switch (code) {
    case 'PORT_UNAVAILABLE':
    case 'NOT_RESTORABLE':
    case 'NAME_TAKEN':
    case 'MEMORY_OVERCOMMITTED':
      return true
    default:
      return false
  }
}

/** Problems after which the host may still do what it was asked for. */
function isWithoutAnswer({ code }: Problem): boolean {
  return code === 'TIMED_OUT' || code === 'HOST_UNREACHABLE' || code === 'DOCKER_UNREACHABLE'
}
