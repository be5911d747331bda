import pLimit from 'p-limit'
import { ProblemError } from '../../domain/problem-error.ts'
import { listPendingClosings } from '../adapters/store/closings.ts'
import { findHost } from '../adapters/store/hosts.ts'
import type { StoreDb } from '../adapters/store/rows.ts'
import { findTenantByName, type StoredTenant } from '../adapters/store/tenants.ts'
import { listUnfinished, listUnfinishedIds } from '../adapters/store/unfinished.ts'
import type { ServiceContext } from '../services/context.ts'
import type { HostAccess } from '../services/host/host-pool.ts'
import { recoverTenant } from '../services/host/recover-tenant.ts'
import { sweepOrphans } from '../services/host/sweep-orphans.ts'
import { observeTenants } from '../services/tenant/observe-tenants.ts'
import { adoptAgain, ensureAdopted } from './adopt-all.ts'
import { closingLane } from './carry-out-closing.ts'
import { followHistory, requireClosedAgain } from './put-back.ts'
import { retryClosings } from './retry-closings.ts'
import { followServer, requireNoDoubt } from './same-server.ts'

/** Recoveries at once on one host: each may make or remove a container, and Docker makes few at a time. */
const recoveriesAtOnce = 4

/**
 * Settles what an earlier change of one tenant left, before the next change of it. In the tenant's turn. Also takes in
 * what other panels did on the host, once for each connection. What else is unfinished there is recovered beside it.
 * @throws ProblemError of the connection or the host; trouble of the tenant itself does not keep it from being changed
 */
export async function settleBefore(
  context: ServiceContext,
  access: HostAccess,
  tenantId: string,
): Promise<void> {
  // Closed first: else letting in again what was revoked while the host was away would be undone a moment later.
  const since = performance.now()
  const isPending = await context.store.read((db) =>
    listPendingClosings(db, access.host.id).some(({ operation }) => operation.tenantId === tenantId),
  )
  if (isPending) {
    // A try that is under way is waited for: it may be all there is, or show that the host does not answer.
    await context.inTurn(closingLane(tenantId), () => Promise.resolve())
    await retryClosings(context, access, { only: tenantId, since })
  }
  await ensureAdopted(context, access)
  const isUnfinished = await context.store.read((db) => listUnfinishedIds(db, access.host.id).has(tenantId))
  if (isUnfinished) await recoverOne(context, access, tenantId)
  startRecovery(context, access)
}

/** The same before a tenant is made: a name can be held by one that was not made or deleted to the end. */
export async function settleName(context: ServiceContext, access: HostAccess, name: string): Promise<void> {
  await ensureAdopted(context, access)
  const holder = await context.store.read((db) => findTenantByName(db, name))
  if (holder !== undefined && holder.hostId === access.host.id && holder.phase !== 'present') {
    await context.inTurn(holder.id, () => recoverOne(context, access, holder.id))
  }
  startRecovery(context, access)
}

/**
 * Recovers what earlier runs and failed changes left unfinished on a host, in the background: tenants side by side, each
 * again after a growing pause until it is settled, and none that this program is at work on. Then it looks for
 * containers that belong to nobody. Does nothing while it is under way.
 */
export function startRecovery(context: ServiceContext, access: HostAccess): void {
  if (access.seen.recovered !== undefined) return
  const recovered = recoverHost(context, access).then(
    (isSettled) => {
      if (isSettled) context.recoveries.succeeded(access.host.id)
      else recoverLater(context, access)
    },
    (error: unknown) => {
      context.log.warn({ err: error, host: access.host.id }, 'what was left unfinished is still so')
      recoverLater(context, access)
    },
  )
  access.seen.recovered = recovered
  context.background.add(recovered)
}

/**
 * The same after a growing pause, because something has just failed: a panel that nobody watches looks at no host by
 * itself, and a link that stays up tells nobody to try again.
 */
export function recoverLater(context: ServiceContext, access: HostAccess): void {
  delete access.seen.recovered
  if (access.seen.recoversLater === true) return
  access.seen.recoversLater = true
  context.background.later(context.recoveries.failed(access.host.id), () => {
    delete access.seen.recoversLater
    context.background.add(recoverAsItIsNow(context, access.host.id))
  })
}

/** The host may have been edited or forgotten meanwhile. */
async function recoverAsItIsNow(context: ServiceContext, hostId: string): Promise<void> {
  const host = await context.store.read((db) => findHost(db, hostId))
  if (host === undefined) return
  const access = context.hosts.access(host)
  // A login that was refused is tried again by people only: servers shut out who is refused too often.
  if (!access.link.info().refused) startRecovery(context, access)
}

/**
 * The same for a host that has just been looked at, if anything is unfinished there.
 * @returns whether there was
 */
export async function recoverUnfinished(context: ServiceContext, access: HostAccess): Promise<boolean> {
  const due = await context.store.read((db) => listDue(context, db, access.host.id))
  if (due.length === 0) return false
  await recoverAll(context, access, due)
  const left = await context.store.read((db) => listUnfinishedIds(db, access.host.id))
  if (due.some(({ id }) => left.has(id))) recoverLater(context, access)
  return true
}

/** @returns whether nothing is left unfinished */
async function recoverHost(context: ServiceContext, access: HostAccess): Promise<boolean> {
  const due = await context.store.read((db) => listDue(context, db, access.host.id))
  await recoverAll(context, access, due)
  access.seen.unrecorded.clear()
  await sweepOrphans(context, access, await observeTenants(access))
  return context.store.read((db) => listUnfinishedIds(db, access.host.id).size === 0)
}

async function recoverAll(
  context: ServiceContext,
  access: HostAccess,
  due: readonly StoredTenant[],
): Promise<void> {
  const inFew = pLimit(recoveriesAtOnce)
  await Promise.all(
    due.map(({ id }) =>
      inFew(async () => {
        try {
          await context.inTurn(id, () => recoverOne(context, access, id))
        } catch (error) {
          context.log.warn({ err: error, tenant: id }, 'a tenant was not recovered because of its host')
        }
      }),
    ),
  )
  if (due.length > 0) context.background.add(followHistory(context, access, access.helper))
}

/** @throws ProblemError of the connection or the host */
async function recoverOne(context: ServiceContext, access: HostAccess, tenantId: string): Promise<void> {
  try {
    await requireOwnServer(context, access)
    // Recovery follows what the host has, so what was taken away here goes first: else it would be taken in from there.
    if ((await retryClosings(context, access, { only: tenantId })) > 0)
      return void context.recoveries.failed(tenantId)
    // So does what a host has lost that was put back.
    await requireClosedAgain(context, access, tenantId)
    const ending = await recoverTenant(context, access, tenantId)
    context.recoveries.succeeded(tenantId)
    // Nothing holds up any more that its deletion is taken in, or that it is asked for.
    if (ending === 'gone') await adoptAgain(context, access)
  } catch (error) {
    context.recoveries.failed(tenantId)
    if (!isOwnTrouble(error)) throw error
    context.log.warn({ err: error, tenant: tenantId }, 'what an earlier run left unfinished is still so')
  }
}

/** @throws ProblemError SERVER_REPLACED, SERVER_TWICE; of the helper session */
async function requireOwnServer(context: ServiceContext, access: HostAccess): Promise<void> {
  if (access.host.mode !== 'filtered' || (await followServer(context, access)) === null) return
  await context.store.read((db) => requireNoDoubt(db, access.host.id))
}

/** Unfinished tenants that nothing is being done to here and whose pause after the last failure is over. */
function listDue(context: ServiceContext, db: StoreDb, hostId: string): StoredTenant[] {
  return listUnfinished(db, hostId).filter(
    ({ id }) => !context.running.isBusy(id) && context.recoveries.isDue(id),
  )
}

/** Trouble of one tenant, such as no memory for its container; anything else is the connection's or the host's. */
function isOwnTrouble(error: unknown): boolean {
  if (!(error instanceof ProblemError)) return false
  const { code } = error.problem
  return (
    code === 'DOCKER_FAILED' ||
    code === 'DOCKER_RULES_GONE' ||
    code === 'IMAGE_MISSING' ||
    code === 'MEMORY_HELD' ||
    code === 'TENANT_SILENT' ||
    code === 'HELPER_FAILED' ||
    code === 'CLOSED_IN_FILTER'
  )
}
