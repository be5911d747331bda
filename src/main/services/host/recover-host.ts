import { ProblemError } from '../../../domain/problem-error.ts'
import { listOperations } from '../../adapters/store/operations.ts'
import type { StoreDb } from '../../adapters/store/rows.ts'
import { listTenants, type StoredTenant } from '../../adapters/store/tenants.ts'
import type { ServiceContext } from '../context.ts'
import { type ObservedTenants, observeTenants } from '../tenant/observe-tenants.ts'
import { adoptDeletions } from './adopt-deletions.ts'
import { adoptObserved } from './adopt-records.ts'
import type { HostAccess } from './host-pool.ts'
import { recoverTenant } from './recover-tenant.ts'
import { sweepOrphans } from './sweep-orphans.ts'
import { tellOthers } from './tell-others.ts'

/**
 * Before the first change on a host: asks it what became of everything that an earlier run left unfinished, and finishes
 * or undoes it, and removes containers that belong to no tenant. Once for each connection; again after a change whose
 * end is not known.
 */
export function ensureRecovered(context: ServiceContext, access: HostAccess): Promise<void> {
  access.seen.recovered ??= recover(context, access).catch((error: unknown) => {
    delete access.seen.recovered
    throw error
  })
  return access.seen.recovered
}

/**
 * The same for whoever only watches, and only if something was left unfinished: nobody should have to change another
 * tenant to see what became of this one. What is under way in this program waits for its turn and is then found finished.
 * @returns whether there was something
 */
export async function recoverUnfinished(context: ServiceContext, access: HostAccess): Promise<boolean> {
  const unfinished = await context.store.read((db) => listUnfinished(db, access.host.id))
  if (unfinished.length === 0) return false
  await ensureRecovered(context, access)
  return true
}

async function recover(context: ServiceContext, access: HostAccess): Promise<void> {
  const observed = await observeTenants(access)
  const unfinished = await context.store.read((db) => listUnfinished(db, access.host.id))
  let undone = false
  for (const { id } of unfinished) {
    await context
      .inTurn(id, () => recoverTenant(context, access, id))
      .then(
        (recovery) => {
          undone ||= recovery === 'undo'
        },
        (error: unknown) => {
          if (!isOwnTrouble(error)) throw error
          // One tenant that cannot be put right must not hold up the others; it is tried again next time.
          context.log.warn({ err: error, tenant: id }, 'what an earlier run left unfinished is still so')
        },
      )
  }
  // What was just finished or undone is not as it was seen any more.
  const settled = new Set(unfinished.map(({ id }) => id))
  await adoptMissing(context, access, observed, settled)
  const records = new Map([...observed.records].filter(([id]) => !settled.has(id)))
  await adoptObserved(context, access.host, { ...observed, records })
  access.seen.unrecorded.clear()
  // Docker may have been busy with what was undone.
  await sweepOrphans(context, access, undone ? await observeTenants(access) : observed)
}

/** What another panel deleted is deleted here too, and told. */
async function adoptMissing(
  context: ServiceContext,
  access: HostAccess,
  { records }: ObservedTenants,
  settled: ReadonlySet<string>,
): Promise<void> {
  const { host } = access
  if (host.mode !== 'filtered') return
  const known = await context.store.read((db) => listTenants(db, { hostId: host.id }))
  const missing = known.filter(({ id, phase }) => phase === 'present' && !records.has(id) && !settled.has(id))
  const ids = missing.map(({ id }) => id)
  tellOthers(context, 'deleted', await adoptDeletions(context, access, ids), host)
}

/** Tenants halfway in or out, and those with a change whose end was never confirmed. */
function listUnfinished(db: StoreDb, hostId: string): StoredTenant[] {
  const changing = new Set(
    listOperations(db, { hostId, unsettled: true }).map((operation) => operation.tenantId),
  )
  return listTenants(db, { hostId }).filter((tenant) => tenant.phase !== 'present' || changing.has(tenant.id))
}

/** Trouble of one tenant, such as no memory for its container; anything else is the connection's or the host's. */
function isOwnTrouble(error: unknown): boolean {
  if (!(error instanceof ProblemError)) return false
  const { code } = error.problem
  return (
    code === 'DOCKER_FAILED' ||
    code === 'IMAGE_MISSING' ||
    code === 'TENANT_SILENT' ||
    code === 'HELPER_FAILED'
  )
}
