import type { RestoredTenant } from '../../../contract/tenant.ts'
import { chooseReturned } from '../../../core/tenant/deletion.ts'
import { describePhase } from '../../../domain/describe-phase.ts'
import { fail, ProblemError } from '../../../domain/problem-error.ts'
import { findHost } from '../../adapters/store/hosts.ts'
import type { StoreDb } from '../../adapters/store/rows.ts'
import {
  findDeletedTenant,
  findTenant,
  findTenantByName,
  listPortHolders,
  type StoredTenant,
  updateTenant,
} from '../../adapters/store/tenants.ts'
import { adoptAgain } from '../../reconcile/adopt-all.ts'
import { startRecovery } from '../../reconcile/recover-host.ts'
import { requireNoDoubt } from '../../reconcile/same-server.ts'
import type { ServiceContext } from '../context.ts'
import type { HostAccess } from '../host/host-pool.ts'
import { requirePrepared } from '../host/require-prepared.ts'
import type { Reporter } from '../progress.ts'
import { requireNotPutBack } from './consider-change.ts'
import { ensureDocker } from './create-tenant.ts'
import type { TenantRef } from './find-tenant.ts'
import { makeInTurn } from './make-tenant.ts'

/**
 * Puts a deleted tenant back as it was: the same id, port, limits, allowlist, notes and tags, and an empty cache. Its host
 * gives the port back to that same tenant for as long as no other has it. Where it is not certain that nobody took access
 * away from it since this panel knew it, it comes back suspended. After a failure it is deleted as before.
 * @throws ProblemError NOT_RESTORABLE, HOST_PUT_BACK
 */
export async function restoreTenant(
  context: ServiceContext,
  which: TenantRef,
  report: Reporter,
): Promise<RestoredTenant> {
  const { tenant, host: asked } = await findDeleted(context, which)
  const { id } = tenant
  requirePrepared(asked)
  const askedAccess = context.hosts.access(asked)
  await ensureDocker(askedAccess)
  // Another panel can have put it back.
  await adoptAgain(context, askedAccess)
  startRecovery(context, askedAccess)
  return context.inTurn(id, async () => {
    // Whatever was waited for may have edited or removed the host.
    const { tenant: deleted, host } = await context.store.read((db) => {
      const found = findWithHost(db, { ...which, id })
      requireNoDoubt(db, found.host.id)
      // Its host may have it again, from before it was deleted: that is asked first.
      requireNotPutBack(db, found.tenant)
      requirePlace(db, found.tenant, found.host.name)
      return found
    })
    requirePrepared(host)
    const access = context.hosts.access(host)
    const deletion = deleted.deletion ?? { open: null, allow: [], releasedAt: null }
    const { open, allow, closedWhy } = chooseReturned(deletion, await observeRelease(access, deleted))
    const back = { phase: 'creating' as const, open, allow: [...allow] }
    const keep = (db: StoreDb): void => {
      requirePlace(db, requireDeleted(db, { ...which, id }), host.name)
      updateTenant(db, id, { ...back, revision: 0 })
    }
    const tenant = { ...deleted, ...back }
    const made = await makeInTurn(context, access, tenant, 'tenant restore', keep, report).catch(
      (error: unknown) => failAtPort(deleted, host.name, error),
    )
    return { ...made, closedWhy }
  })
}

/**
 * The deleted tenant. Where this panel still has it as there, another panel may have deleted it: the host is asked first.
 * @throws ProblemError NOT_RESTORABLE, TENANT_BUSY
 */
async function findDeleted(
  context: ServiceContext,
  which: TenantRef,
): Promise<ReturnType<typeof findWithHost>> {
  const { name, id } = which
  const found = await context.store.read((db) => {
    const there = id === undefined ? findTenantByName(db, name) : findTenant(db, id)
    const host = there?.phase === 'present' ? findHost(db, there.hostId) : undefined
    return host === undefined
      ? ({ kind: 'deleted', ...findWithHost(db, which) } as const)
      : ({ kind: 'there', host } as const)
  })
  if (found.kind === 'deleted') return found
  await adoptAgain(context, context.hosts.access(found.host))
  return context.store.read((db) => findWithHost(db, which))
}

/** @throws ProblemError NOT_RESTORABLE, TENANT_BUSY */
function findWithHost(db: StoreDb, which: TenantRef) {
  const tenant = requireDeleted(db, which)
  const host = findHost(db, tenant.hostId)
  return host === undefined ? failToRestore(which.name, 'unknown') : { tenant, host }
}

/**
 * The deleted tenant that is meant: by its id, else the last that had the name.
 * @throws ProblemError NOT_RESTORABLE, TENANT_BUSY
 */
function requireDeleted(db: StoreDb, { name, id }: TenantRef): StoredTenant {
  const tenant = id === undefined ? findDeletedTenant(db, name) : findTenant(db, id)
  if (tenant === undefined) {
    const there = findTenantByName(db, name)
    return there === undefined ? failToRestore(name, 'unknown') : failAsThere(db, there)
  }
  return tenant.phase === 'deleted' ? tenant : failAsThere(db, tenant)
}

function failAsThere(db: StoreDb, { name, hostId, phase }: StoredTenant): never {
  if (phase !== 'present')
    fail({ code: 'TENANT_BUSY', details: { tenant: name, state: describePhase(phase) } })
  return failToRestore(name, 'there', findHost(db, hostId)?.name)
}

/** @throws ProblemError NOT_RESTORABLE where another tenant has its name or its port here */
function requirePlace(db: StoreDb, { name, hostId, port }: StoredTenant, host: string): void {
  if (findTenantByName(db, name) !== undefined) failToRestore(name, 'name', host)
  if (port === null || listPortHolders(db, hostId, [port]).length === 0) return
  failToRestore(name, 'port', host, `its port ${port} is another tenant's`)
}

/** Since when the host keeps the port back for this tenant; null: it does not. Undefined where the store alone counts. */
async function observeRelease(
  { host, helper }: HostAccess,
  { id, port }: StoredTenant,
): Promise<string | null | undefined> {
  if (host.mode !== 'filtered') return undefined
  const { state } = await helper.request<'observe'>({ op: 'observe' })
  return state?.released.find((each) => each.tenantId === id && each.port === port)?.at ?? null
}

/** The host's refusal of a port, in words for who wants the tenant back. */
function failAtPort({ name }: StoredTenant, host: string, error: unknown): never {
  if (!(error instanceof ProblemError) || error.problem.code !== 'PORT_UNAVAILABLE') throw error
  const { port, reason } = error.problem.details
  return failToRestore(name, 'port', host, `its port ${port} ${reason}`, error)
}

function failToRestore(
  tenant: string,
  why: 'unknown' | 'there' | 'name' | 'port',
  host = '',
  reason = '',
  cause?: unknown,
): never {
  return fail({ code: 'NOT_RESTORABLE', details: { tenant, host, why, reason } }, cause)
}
