import type { AnsweredTenant, Tenant } from '../../../contract/tenant.ts'
import { describeDoubt } from '../../../core/host/describe-server.ts'
import { describeProblem } from '../../../domain/describe-problem.ts'
import { listEndpointAddresses, loopbackAddresses } from '../../../domain/endpoint.ts'
import { ProblemError } from '../../../domain/problem-error.ts'
import { type TenantSight, type TenantWork, viewTenant } from '../../../domain/tenant-view.ts'
import { withLimit } from '../../adapters/limit.ts'
import { listPendingClosings } from '../../adapters/store/closings.ts'
import { findHost, type StoredHost } from '../../adapters/store/hosts.ts'
import { type LeftWork, listLeftWork } from '../../adapters/store/left-work.ts'
import type { StoreDb } from '../../adapters/store/rows.ts'
import {
  countTenants,
  findTenant,
  listTenantsById,
  listTenantsOf,
  type StoredTenant,
} from '../../adapters/store/tenants.ts'
import { closeBeforeReading } from '../../reconcile/close-later.ts'
import { readDoubt } from '../../reconcile/same-server.ts'
import { takeInSeen } from '../../reconcile/take-in-seen.ts'
import type { ServiceContext } from '../context.ts'
import type { HostAccess } from '../host/host-pool.ts'
import { isAway } from '../host/is-away.ts'
import { observeAddressFacts } from '../host/observe-host.ts'
import { listShut, tellLeftOut } from '../host/observe-input.ts'
import { observeUnlimited } from '../host/observe-limits.ts'
import { sweepOrphans } from '../host/sweep-orphans.ts'
import { describePending, describeWork } from '../operation/describe-work.ts'
import { toProblem } from '../operation/to-problem.ts'
import { askBeside, askBriefly } from './ask-briefly.ts'
import { askCaches } from './ask-caches.ts'
import { noteLosses } from './note-losses.ts'
import { observeInTime } from './observe-in-time.ts'
import { type ObservedTenants, observeCarriers, observeRecords } from './observe-tenants.ts'
import { pickMetrics } from './pick-metrics.ts'

export interface ViewOptions {
  /** Whether the caller can answer PASSPHRASE_NEEDED; if not, the tenants of such a host are shown as unknown. */
  readonly mayAsk?: boolean | undefined
  /** Caches are not asked. */
  readonly isQuick?: boolean | undefined
}

interface ViewedTenants {
  readonly tenants: Tenant[]
  /**
   * Why the host could not be looked at, which the state of a tenant that is being made or deleted does not say; null: it
   * was, or has no tenants.
   */
  readonly unseen: string | null
}

/** A look that took longer can have been overtaken by changes made here. In milliseconds. */
const overtakenAfterMs = 1_000

/**
 * Tenants of one host after one look at all of it. What the look shows of other panels' work is taken in first, so that
 * nobody reads a list that the host does not have any more.
 * @param only the id of the tenant, if it is to be one
 */
export async function viewTenants(
  context: ServiceContext,
  host: StoredHost,
  { mayAsk = false, isQuick = false, only }: ViewOptions & { readonly only?: string } = {},
): Promise<ViewedTenants> {
  const begunAt = performance.now()
  const before = await context.store.read((db) => ({
    isEmpty: isEmpty(db, host.id, only),
    isPending: listPendingClosings(db, host.id).length > 0,
  }))
  const { isPending } = before
  // A host that has no tenants here may have those of other panels.
  if (before.isEmpty && (only !== undefined || host.mode !== 'filtered')) return { tenants: [], unseen: null }
  const readTenants = () => context.store.read((db) => listOf(db, host.id, only))
  /** Whether access was closed that the records of the look may have still. */
  const wasClosed = (): boolean =>
    isPending || tenants.some(({ id }) => (access.seen.closedAt.get(id) ?? begunAt) > begunAt)
  const readOvertaken = async (): Promise<void> => {
    if (wasClosed() || performance.now() - begunAt > overtakenAfterMs) tenants = await readTenants()
  }
  const takeIn = async (observed: ObservedTenants, since: number): Promise<void> => {
    const isOther = await takeInSeen(context, access, observed, {
      ...{ tenants, since },
      isWhole: only === undefined,
    })
    if (isOther || wasClosed()) tenants = await readTenants()
  }
  const access = context.hosts.access(host)
  const recorded = observeRecords(access)
  const looking = observePatiently(access, recorded)
  // Both are awaited after what may fail before.
  recorded.catch(() => {})
  looking.catch(() => {})
  // Beside the look, so that a host that does not answer is not waited for twice.
  const closing = closeBeforeReading(context, access)
  let left: ReadonlyMap<string, LeftWork> = new Map()
  const readLeft = async (): Promise<void> => {
    await closing
    left = await context.store.read(listLeftWork)
  }
  const pendingOf = ({ id }: StoredTenant) => describePending(left.get(id)?.pending ?? [])
  const workOn = ({ id }: StoredTenant): TenantWork =>
    describeWork(context.running.isShownBusy(id), left.get(id)?.failure)
  // While the host is waited for: thousands of rows take a while.
  let tenants = await readTenants()
  try {
    const [observed, addresses] = await looking
    const { containers, around } = observed
    // After the look, which thousands of questions beside it would bring to its time limit.
    const runs = ({ id }: StoredTenant): boolean => containers.get(id)?.state === 'running'
    if (!isQuick) await askCaches(context, access, tenants.filter(runs))
    await readLeft()
    await readOvertaken()
    // Access that was closed meanwhile must not come back from an older look.
    const since = wasClosed() ? performance.now() : begunAt
    const records = wasClosed() ? await observeRecords(access) : observed.records
    await takeIn({ records, containers }, since)
    await sweepOrphans(context, access, observed)
    await noteLosses(context, host, observed).catch((error: unknown) => {
      // A list is not refused because the log of this laptop cannot be written.
      context.log.warn({ err: error, host: host.id }, 'the end of a cache was not written down')
    })
    const { isPutBack, doubt } = await context.store.read((db) => ({
      isPutBack: putBackReader(db, host.id),
      doubt: readDoubt(db, host.id),
    }))
    const unseen = doubt === null ? null : describeDoubt(host.name, doubt).sentence
    const leftOut = tellLeftOut(access)
    const views = tenants.map((tenant) => {
      const { id } = tenant
      const container = containers.get(id) ?? null
      const sight: TenantSight =
        unseen === null
          ? {
              kind: 'seen',
              recorded: records.has(id),
              container,
              around,
              filterOnly: records.get(id)?.filterOnly,
            }
          : { kind: 'unreached', why: unseen }
      const [work, vital] = [workOn(tenant), context.vitals.get(id)]
      const [pending, isBack] = [pendingOf(tenant), isPutBack(id)]
      const view = viewTenant(tenant, host.name, addresses, sight, work, pending, isBack, vital)
      return { ...view, ...leftOut }
    })
    return { tenants: views, unseen }
  } catch (error) {
    if (mayAsk && isAnswerable(error)) throw error
    await readLeft()
    await readOvertaken()
    const records = wasClosed() ? undefined : await readIfThere(recorded)
    if (records !== undefined) await takeIn({ records, containers: new Map() }, begunAt)
    const sight = viewUnreached(context, access, error)
    const addresses = listAddresses(access)
    const isPutBack = await context.store.read((db) => putBackReader(db, host.id))
    const leftOut = tellLeftOut(access)
    const views = tenants.map((tenant) => {
      const work = workOn(tenant)
      const isBack = isPutBack(tenant.id)
      const view = viewTenant(tenant, host.name, addresses, sight, work, pendingOf(tenant), isBack)
      return { ...view, ...leftOut }
    })
    return { tenants: views, unseen: sight.why }
  }
}

/**
 * A look within its limit; where sudo has not started the helper by then, another one as soon as it has.
 * @throws ProblemError as {@link observeInTime}
 */
async function observePatiently(access: HostAccess, recorded: Promise<ObservedTenants['records']>) {
  try {
    // Its limit begins with the connection, for which somebody may have to approve a key.
    await access.link.connect({ timeoutMs: access.timeLimits.lookMs })
    return await observeInTime(access, observeAddresses, recorded)
  } catch (error) {
    if (!(error instanceof ProblemError) || error.problem.code !== 'SUDO_SILENT') throw error
    await recorded
    return await observeInTime(access, observeAddresses, recorded)
  }
}

/** Tenants of a host that are not deleted. */
function listOf(db: StoreDb, hostId: string, only: string | undefined): readonly StoredTenant[] {
  if (only === undefined) return listTenantsOf(db, hostId)
  return listTenantsById(db, [only]).filter((each) => each.phase !== 'deleted' && each.hostId === hostId)
}

function isEmpty(db: StoreDb, hostId: string, only: string | undefined): boolean {
  return only === undefined ? countTenants(db, hostId) === 0 : listOf(db, hostId, only).length === 0
}

/** The result if it is there by now; undefined for work that still runs or has failed. */
function readIfThere<Value>(work: Promise<Value>): Promise<Value | undefined> {
  return Promise.race([work, Promise.resolve(undefined)]).catch(() => undefined)
}

/**
 * One tenant right after the host confirmed a change of it: only its container and its cache are looked at. The change is
 * done, so a look that fails makes the state unknown and nothing else.
 * @param isQuick access was taken away: a Docker or a cache that does not answer is waited for less
 */
export async function viewConfirmed(
  context: ServiceContext,
  access: HostAccess,
  tenantId: string,
  isQuick = false,
): Promise<AnsweredTenant> {
  const { tenant, pending } = await context.store.read((db) => ({
    tenant: findTenant(db, tenantId),
    pending: describePending(listLeftWork(db).get(tenantId)?.pending ?? []),
  }))
  if (tenant === undefined) throw new Error(`tenant ${tenantId} left the store while it was changed`)
  const { name } = access.host
  const askedAt = context.now().toISOString()
  // A tenant that is being made can be closed meanwhile.
  const work = describeWork(context.running.isShownBusy(tenantId), undefined)
  try {
    const { lookMs, heardMs } = access.timeLimits
    const limit = { host: name, action: 'look at its tenant', timeoutMs: isQuick ? heardMs : lookMs }
    const looking = withLimit(limit, () =>
      Promise.all([observeCarriers(access, tenantId), observeAddresses(access), observeUnlimited(access)]),
    )
    const asking = isQuick ? askBeside(context, access, tenant, looking) : askBriefly(context, access, tenant)
    const [[{ containers, copies }, addresses, unlimited]] = await Promise.all([looking, asking])
    const container = containers.get(tenantId) ?? null
    const around = { listening: null, unlimited, copies }
    const sight: TenantSight = { kind: 'seen', recorded: true, container, around }
    const vital = context.vitals.get(tenantId)
    const view = viewTenant(tenant, name, addresses, sight, work, pending, false, vital)
    // Anybody else may listen on the port of a container that does not run.
    const metrics = container?.state === 'running' ? pickMetrics(context, tenantId, askedAt) : null
    return { ...view, ...tellLeftOut(access), metrics }
  } catch (error) {
    const sight = viewUnreached(context, access, error)
    const view = viewTenant(tenant, name, listAddresses(access), sight, work, pending)
    return { ...view, ...tellLeftOut(access), metrics: null }
  }
}

/** The sight of a host's tenants after a look that failed. */
function viewUnreached(
  context: ServiceContext,
  access: HostAccess,
  error: unknown,
): Extract<TenantSight, { kind: 'unreached' }> {
  const problem = toProblem(context.log, error)
  return { kind: 'unreached', why: describeProblem(problem).message, isAway: isAway(access, problem) }
}

/** The addresses that tenants of a host are told, from what it says of itself. */
export async function observeAddresses(access: HostAccess): Promise<readonly string[]> {
  await observeAddressFacts(access)
  return listAddresses(access)
}

/** The same from what is known, so that they stay what they were while the host does not answer. */
export function listAddresses(access: HostAccess): readonly string[] {
  const { host, seen } = access
  if (host.mode === 'loopback') return loopbackAddresses
  return listEndpointAddresses(
    host.target,
    host.publicAddress,
    seen.dialled ?? null,
    seen.addressFacts ?? null,
    listShut(access),
  )
}

/** Whether a host that was put back has a tenant otherwise than this panel. */
function putBackReader(db: StoreDb, hostId: string): (tenantId: string) => boolean {
  const ids = new Set(findHost(db, hostId)?.putBack?.tenantIds ?? [])
  return (tenantId) => ids.has(tenantId)
}

function isAnswerable(error: unknown): boolean {
  if (!(error instanceof ProblemError)) return false
  const { code } = error.problem
  return code === 'PASSPHRASE_NEEDED' || code === 'PASSPHRASE_WRONG'
}
