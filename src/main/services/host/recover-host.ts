import { ProblemError } from '../../../domain/problem-error.ts'
import { planTenant } from '../../../domain/tenant-plan.ts'
import { listOperations } from '../../adapters/store/operations.ts'
import type { StoreDb } from '../../adapters/store/rows.ts'
import {
  deleteTenant,
  findTenant,
  listTenants,
  type StoredTenant,
  updateTenant,
} from '../../adapters/store/tenants.ts'
import type { ServiceContext } from '../context.ts'
import { endOperation } from '../operation/operation-log.ts'
import { silent } from '../progress.ts'
import { applyTenantPlan } from '../tenant/apply-tenant-plan.ts'
import { toDesired } from '../tenant/desired-tenant.ts'
import { observeTenant, observeTenants } from '../tenant/observe-tenants.ts'
import { adoptObserved } from './adopt-records.ts'
import type { HostAccess } from './host-pool.ts'

/**
 * Before the first change on a host: asks it what became of everything that an earlier run left unfinished, and finishes
 * or undoes it. Once for each connection; again after a change whose end is not known.
 */
export function ensureRecovered(context: ServiceContext, access: HostAccess): Promise<void> {
  access.seen.recovered ??= recover(context, access).catch((error: unknown) => {
    delete access.seen.recovered
    throw error
  })
  return access.seen.recovered
}

async function recover(context: ServiceContext, access: HostAccess): Promise<void> {
  const observed = await observeTenants(access)
  const unfinished = await context.store.read((db) => listUnfinished(db, access.host.id))
  for (const { id } of unfinished) {
    await context
      .inTurn(id, () => finishOrUndo(context, access, id))
      .catch((error: unknown) => {
        if (!isOwnTrouble(error)) throw error
        // One tenant that cannot be put right must not hold up the others; it is tried again next time.
        context.log.warn({ err: error, tenant: id }, 'what an earlier run left unfinished is still so')
      })
  }
  // What was just finished or undone is not as it was seen any more.
  const settled = new Set(unfinished.map(({ id }) => id))
  const records = new Map([...observed.records].filter(([id]) => !settled.has(id)))
  await adoptObserved(context, access.host, { ...observed, records })
}

/** Tenants halfway in or out, and those with a change whose end was never confirmed. */
function listUnfinished(db: StoreDb, hostId: string): StoredTenant[] {
  const changing = new Set(
    listOperations(db, { hostId, outcome: 'running' }).map((operation) => operation.tenantId),
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

/** Runs when it is the tenant's turn: what looked cut off may be a change of this very program that has ended by now. */
async function finishOrUndo(context: ServiceContext, access: HostAccess, tenantId: string): Promise<void> {
  const { tenant, operations } = await context.store.read((db) => ({
    tenant: findTenant(db, tenantId),
    operations: listRunning(db, access.host.id, tenantId),
  }))
  if (tenant === undefined || tenant.phase === 'deleted') return
  if (tenant.phase === 'present' && operations.length === 0) return
  // A create is undone, because nobody was told that it is there; everything else goes on to what was asked for.
  const desired = { ...toDesired(tenant), present: tenant.phase === 'present' }
  const seen = await observeTenant(access, tenant.id)
  const applied = await applyTenantPlan(planTenant(desired, seen), desired, seen, {
    access,
    operationId: `recover-${context.newId()}`,
    report: silent,
    onReserved: ({ port, network }) =>
      context.store.write((db) => updateTenant(db, tenant.id, { port, network })),
    releasedPort: tenant.phase === 'creating' ? 'free' : 'keep-back',
  })
  const now = context.now()
  const cutOff = { code: 'CANCELLED', details: { action: 'the program ended before this was done' } } as const
  await context.store.write((db) => {
    if (tenant.phase === 'creating') deleteTenant(db, tenant.id)
    else if (tenant.phase === 'deleting') {
      updateTenant(db, tenant.id, { phase: 'deleted', deletedAt: now.toISOString(), allow: [] })
    } else updateTenant(db, tenant.id, { revision: applied.place?.revision ?? tenant.revision })
    for (const operation of operations) {
      const end =
        tenant.phase === 'creating'
          ? ({ kind: 'undone', problem: cutOff, stepsDone: 0 } as const)
          : ({ kind: 'done' } as const)
      endOperation(db, now, operation, end)
    }
  })
  context.log.info(
    { tenant: tenant.id, phase: tenant.phase },
    'recovered what an earlier run left unfinished',
  )
}

function listRunning(db: StoreDb, hostId: string, tenantId: string) {
  return listOperations(db, { hostId, tenantId, outcome: 'running' })
}
