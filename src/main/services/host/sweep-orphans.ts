import { containerName } from '../../../domain/host-names.ts'
import { isOrphan, type UnrecordedContainer } from '../../../domain/orphan.ts'
import { ProblemError } from '../../../domain/problem-error.ts'
import { listOperations, type StoredOperation } from '../../adapters/store/operations.ts'
import type { StoreDb } from '../../adapters/store/rows.ts'
import { findTenant } from '../../adapters/store/tenants.ts'
import { followServer } from '../../reconcile/same-server.ts'
import type { ServiceContext } from '../context.ts'
import { beginOperation, endOperation } from '../operation/operation-log.ts'
import { toProblem } from '../operation/to-problem.ts'
import type { ObservedTenants } from '../tenant/observe-tenants.ts'
import { removeContainer } from '../tenant/remove-container.ts'
import type { HostAccess } from './host-pool.ts'
import { observeUnrecorded } from './observe-unrecorded.ts'

/** How long a container that was left alone is not looked at again by a mere look at the host. */
const againAfterMs = 60_000

/**
 * Removes containers that carry our labels and belong to no tenant: a Docker that hung can make one long after the
 * request was given up and everything else of it undone. Each is an operation in the log, and the operator is told.
 * Failures are left for the next look; nothing is thrown.
 * @param observed a look at all of the host; what is in it is looked at again before anything is removed
 */
export async function sweepOrphans(
  context: ServiceContext,
  access: HostAccess,
  { records, containers }: ObservedTenants,
): Promise<void> {
  const { unrecorded } = access.seen
  const since = context.now().getTime() - againAfterMs
  const suspects = [...containers.keys()].filter(
    (id) => !records.has(id) && isTenantId(id) && (unrecorded.get(id) ?? 0) < since,
  )
  if (suspects.length === 0 || !(await isOwnServer(context, access))) return
  for (const id of suspects) {
    try {
      // Asked before its turn as well: a create that is under way would hold up this look until it is done.
      const { known } = await context.store.read((db) => readKnown(db, access.host.id, id))
      if (known === 'concerned') continue
      unrecorded.set(id, context.now().getTime())
      await context.inTurn(id, () => sweepOne(context, access, id))
    } catch (error) {
      const level = error instanceof ProblemError ? 'warn' : 'error'
      context.log[level]({ err: error, tenant: id }, 'a container that belongs to no tenant is still there')
    }
  }
}

/** Containers of another server, or of one that other names lead to as well, are nobody's to remove. */
async function isOwnServer(context: ServiceContext, access: HostAccess): Promise<boolean> {
  if (access.host.mode !== 'filtered') return true
  try {
    return (await followServer(context, access)) === null
  } catch (error) {
    context.log.warn({ err: error, host: access.host.id }, 'which server a host is could not be asked')
    return false
  }
}

async function sweepOne(context: ServiceContext, access: HostAccess, id: string): Promise<void> {
  const { host } = access
  const { known, name } = await context.store.read((db) => readKnown(db, access.host.id, id))
  const seen = await observeUnrecorded(access, id, known)
  if (seen === null) return
  if (!isOrphan(seen)) {
    context.log.warn({ tenant: id, ...seen }, 'a container that no record knows is left alone')
    return
  }
  const { state, createdAt } = seen
  const what = `container ${containerName(id)} on ${host.name}, which belongs to no tenant`
  const operation = await context.store.write((db) =>
    beginOperation(
      db,
      context,
      { kind: 'host sweep', host, tenant: { id, name: name ?? id }, before: { state, createdAt } },
      [{ kind: 'remove-container', sentence: `Remove ${what}` }],
    ),
  )
  try {
    await removeContainer(access, seen.container)
  } catch (error) {
    const problem = toProblem(context.log, error)
    await context.store.write((db) =>
      endOperation(db, context.now(), operation, { kind: 'failed', problem, stepsDone: 0 }),
    )
    throw error
  }
  await context.store.write((db) => endOperation(db, context.now(), operation, { kind: 'done' }))
  const whose = name === null ? '' : ` It was made for ${name}, which is not there any more.`
  context.notices.add(`Removed: ${what}.${whose}`)
}

/** Whose ids these are is decided by a label, which anybody who may use Docker can set. */
function isTenantId(id: string): boolean {
  return /^[a-z0-9]{8,20}$/.test(id)
}

/** The standing in the store of a tenant whose container no record knows; the name is the last one that it had here. */
function readKnown(
  db: StoreDb,
  hostId: string,
  id: string,
): { known: UnrecordedContainer['known']; name: string | null } {
  const tenant = findTenant(db, id)
  const operations = listOperations(db, { tenantId: id })
  const name = tenant?.name ?? operations.find(isOfTenant)?.tenantName ?? null
  const isThere = tenant !== undefined && tenant.phase !== 'deleted'
  const isHere = isThere && tenant.hostId === hostId
  if (isHere || operations.some(({ outcome }) => outcome === 'running')) return { known: 'concerned', name }
  // As on a server that was copied: nobody made that container for this host.
  if (isThere) return { known: 'unknown', name: null }
  // The archive has the operations of a tenant that was deleted long ago.
  const hasEnded = tenant !== undefined || operations.some(isEnd)
  return { known: hasEnded ? 'ended' : 'unknown', name }
}

const isOfTenant = ({ kind }: StoredOperation): boolean => kind.startsWith('tenant ')

const isEnd = ({ kind, outcome }: StoredOperation): boolean =>
  (kind === 'tenant create' && outcome === 'undone') || (kind === 'tenant delete' && outcome === 'done')
