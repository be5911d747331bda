import type { AllowInput, WidthConfirmed } from '../../../contract/allowlist.ts'
import type { Problem } from '../../../contract/problem.ts'
import type { Settings } from '../../../contract/settings.ts'
import type { CreatedTenant } from '../../../contract/tenant.ts'
import { requireConfirmedWidth } from '../../../core/address/require-confirmed.ts'
import { noteSpecial } from '../../../core/address/special-range.ts'
import { parseAllowInputs, readWidthConfirmed, withAllowed } from '../../../domain/allowlist.ts'
import { describeUnlimitedHost } from '../../../domain/missing-limits.ts'
import { parseName, parseNotes, parseTags } from '../../../domain/name.ts'
import { fail, ProblemError } from '../../../domain/problem-error.ts'
import { parseMaxConnections, parseMemoryMb } from '../../../domain/sizing.ts'
import { planTenant } from '../../../domain/tenant-plan.ts'
import { findHost, type StoredHost } from '../../adapters/store/hosts.ts'
import type { StoreDb } from '../../adapters/store/rows.ts'
import {
  deleteTenant,
  insertTenant,
  listPortHolders,
  listTenantsById,
  type StoredTenant,
  updateTenant,
} from '../../adapters/store/tenants.ts'
import { recoverLater, settleName } from '../../reconcile/recover-host.ts'
import { requireNoDoubt } from '../../reconcile/same-server.ts'
import type { ServiceContext } from '../context.ts'
import { chooseHost } from '../host/find-host.ts'
import type { HostAccess } from '../host/host-pool.ts'
import { requirePrepared } from '../host/require-prepared.ts'
import { keepFailure } from '../operation/keep-failure.ts'
import {
  beginOperation,
  endOperation,
  type OpenOperation,
  withSentences,
} from '../operation/operation-log.ts'
import { toProblem } from '../operation/to-problem.ts'
import { type Reporter, silent } from '../progress.ts'
import { getSettings } from '../settings/settings.ts'
import { applyTenantPlan } from './apply-tenant-plan.ts'
import type { ApplyTools } from './apply-tools.ts'
import { describePlan } from './describe-plan.ts'
import { nothingObserved, toDesired } from './desired-tenant.ts'
import { requireAllowRoom } from './require-allow-room.ts'
import { requireTextRoom } from './require-text-room.ts'
import { viewConfirmed } from './view-tenants.ts'
import { accessReader } from './write-record.ts'

export interface CreateTenantInput {
  readonly name: string
  readonly host?: string | undefined
  readonly memoryMb?: number | undefined
  readonly maxConnections?: number | undefined
  readonly allow?: readonly AllowInput[] | undefined
  /** How wide the operator knows the allowlist to be. */
  readonly confirmed?: WidthConfirmed | undefined
  readonly notes?: string | undefined
  readonly tags?: readonly string[] | undefined
}

/**
 * Gives a tenant a port, a container and an allowlist, and waits until memcached answers. Without entries nobody gets
 * in. When a step fails, everything of it is taken back and its port can be used again at once.
 * @throws ProblemError CONFIRMATION_NEEDED, before anything is done, where the allowlist is wider than is known
 */
export async function createTenant(
  context: ServiceContext,
  input: CreateTenantInput,
  report: Reporter,
): Promise<CreatedTenant> {
  const usual = (await getSettings(context)).newTenant
  const wish = parseWish(input, usual)
  const host = await context.store.read((db) => chooseHost(db, input.host))
  requirePrepared(host)
  const access = context.hosts.access(host)
  await ensureDocker(access)
  await settleName(context, access, wish.name)
  await context.store.read((db) => requireNoDoubt(db, host.id))

  const tenant: StoredTenant = {
    ...wish,
    id: context.newId(),
    hostId: host.id,
    port: null,
    network: null,
    phase: 'creating',
    open: true,
    revision: 0,
    createdAt: context.now().toISOString(),
    deletedAt: null,
  }
  // In the tenant's turn, so that recovery does not take a create that is under way for one that was cut off.
  return context.inTurn(tenant.id, () => createInTurn(context, access, tenant, report))
}

async function createInTurn(
  context: ServiceContext,
  access: HostAccess,
  tenant: StoredTenant,
  report: Reporter,
): Promise<CreatedTenant> {
  const { host } = access
  const desired = toDesired(tenant)
  const plan = planTenant(desired, nothingObserved)
  const operation = await context.store.write((db) => {
    requireAllowRoom(db, host.id, tenant.allow.length)
    requireTextRoom(db, host.id, {}, tenant)
    insertTenant(db, tenant)
    return beginOperation(
      db,
      context,
      { kind: 'tenant create', host, tenant },
      describePlan(plan, tenant.name, host.name),
    )
  })
  return context.running.enter(operation, report, true, async (report) => {
    try {
      const tools = { ...createTools(context, access, tenant, operation), report }
      const applied = await access.inFew(() => applyTenantPlan(plan, desired, nothingObserved, tools))
      await context.store.write((db) => {
        updateTenant(db, tenant.id, { phase: 'present', revision: applied.place?.revision ?? 0 })
        endOperation(db, context.now(), operation, { kind: 'done' })
      })
    } catch (error) {
      report.pastStopping()
      const told = withSentences(operation, context.running.find(operation.id)?.steps)
      await undoCreate(context, access, tenant, told, error)
      throw error
    }
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

/** Once for each connection: a create that Docker cannot carry out at all leaves nothing to be taken back. */
async function ensureDocker({ docker, seen }: HostAccess): Promise<void> {
  seen.docker ??= docker
    .call('answer', (api) => api.ping())
    .catch((error: unknown) => {
      delete seen.docker
      throw error
    })
  await seen.docker
}

/** @param usual what a tenant gets that asks for nothing else */
function parseWish(input: CreateTenantInput, usual: Settings['newTenant']) {
  const inputs = input.allow ?? []
  const allow = withAllowed([], parseAllowInputs(inputs))
  const cidrs = allow.map(({ cidr }) => cidr)
  requireConfirmedWidth([], cidrs, readWidthConfirmed(inputs, input.confirmed))
  return {
    name: parseName('tenant', input.name),
    memoryMb: parseMemoryMb(input.memoryMb ?? usual.memoryMb),
    maxConnections: parseMaxConnections(input.maxConnections ?? usual.maxConnections),
    allow,
    notes: parseNotes(input.notes ?? ''),
    tags: parseTags(input.tags ?? []),
  }
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
        updateTenant(db, tenant.id, { port, network, revision })
      }),
    readAccess: accessReader({ store, inTurn }, tenant.id),
    releasedPort: 'free',
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
  const gone = { ...toDesired(tenant), present: false }
  const everything = [[{ kind: 'remove-container' }], [{ kind: 'drop-record' }]] as const
  try {
    const tools = { ...createTools(context, access, tenant, operation), report: silent }
    await applyTenantPlan(everything, gone, nothingObserved, {
      ...tools,
      operationId: `${operation.id}-undo`,
    })
    await context.store.write((db) => {
      deleteTenant(db, tenant.id)
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

/** Problems after which the host may still do what it was asked for. */
function isWithoutAnswer({ code }: Problem): boolean {
  return code === 'TIMED_OUT' || code === 'HOST_UNREACHABLE' || code === 'DOCKER_UNREACHABLE'
}
