import { letsInMore } from '../../core/plan/closing.ts'
import type { RecoverStep } from '../../core/plan/put-back.ts'
import { isAtLeast } from '../../domain/helper-version.ts'
import { fail } from '../../domain/problem-error.ts'
import {
  type DesiredTenant,
  type ObservedTenant,
  planTenant,
  type TenantPlan,
  type TenantRecord,
} from '../../domain/tenant-plan.ts'
import { listPendingClosings } from '../adapters/store/closings.ts'
import { findTenant, type StoredTenant, updateTenant } from '../adapters/store/tenants.ts'
import type { ServiceContext } from '../services/context.ts'
import type { HostAccess } from '../services/host/host-pool.ts'
import { takeOverFit } from '../services/host/take-over.ts'
import { beginOperation, endOperation } from '../services/operation/operation-log.ts'
import { silent } from '../services/progress.ts'
import { applyTenantPlan } from '../services/tenant/apply-tenant-plan.ts'
import type { ApplyTools } from '../services/tenant/apply-tools.ts'
import { nothingObserved, toDesired } from '../services/tenant/desired-tenant.ts'
import { endTenant } from '../services/tenant/end-tenant.ts'
import { observeRecords, observeTenant } from '../services/tenant/observe-tenants.ts'
import { accessReader } from '../services/tenant/write-record.ts'

/**
 * Brings one tenant on the host to what this panel has of it, but for access that was taken away there since it was planned.
 * @param planned the record that the host had when it was planned
 * @throws ProblemError PLAN_STALE when the tenant was deleted there since; of the connection, the helper or Docker
 */
export async function giveToHost(
  context: ServiceContext,
  access: HostAccess,
  operationId: string,
  { tenantId, kind, fields }: RecoverStep,
  planned: TenantRecord | null,
): Promise<void> {
  const { tenant, observed } = await observeBoth(context, access, tenantId)
  if (tenant === undefined) return
  if (kind === 'differs' && observed.record === null) {
    fail({ code: 'PLAN_STALE', details: { host: access.host.name } })
  }
  const asked = { ...toDesired(tenant), ...keepAccess(observed, fields) }
  const desired = { ...asked, ...leaveTaken(asked, planned, observed.record) }
  const tools: ApplyTools = {
    ...{ access, operationId: `${operationId}-${tenantId}`, report: silent, atPoint: context.atPoint },
    onReserved: ({ port, network }) =>
      context.store.write((db) => updateTenant(db, tenantId, { port, network })),
    readAccess: readWithoutRevision(context, tenantId),
    releasedPort: 'keep-back',
  }
  const knowsContainers = isAtLeast(await access.helper.observeVersion(), '1.3.0')
  const [plan, basis] = chooseWay(desired, observed, knowsContainers)
  const { place, removed } = await access.inFew(() => applyTenantPlan(plan, desired, basis, tools))
  if (removed !== null) {
    const { revision } = removed
    await context.store.write((db) => updateTenant(db, tenantId, { revision }))
  }
  if (place === null || !desired.present) return
  const { network, revision } = place
  await context.store.write((db) => updateTenant(db, tenantId, { network, revision }))
}

/**
 * The store counts from a newer state than the host that was put back. A record that is at the store's revision again is
 * therefore another panel's, and writing it is refused.
 */
function readWithoutRevision(context: ServiceContext, tenantId: string): ApplyTools['readAccess'] {
  const read = accessReader(context, tenantId)
  return async () => {
    const stored = await read()
    return stored === undefined ? undefined : { ...stored, revision: 0 }
  }
}

/** Access that the operator was not asked about may be another panel's since: it stays as the host has it. */
function keepAccess({ record }: ObservedTenant, fields: readonly string[]): Partial<DesiredTenant> {
  if (record === null) return {}
  return {
    ...(fields.includes('suspension') ? {} : { open: record.open }),
    ...(fields.includes('allowlist') ? {} : { allow: record.allow }),
  }
}

/** Access that the host had when the operator agreed, and has no more, was taken away by somebody since: it stays so. */
function leaveTaken(
  { open, allow }: DesiredTenant,
  planned: TenantRecord | null,
  now: TenantRecord | null,
): Pick<DesiredTenant, 'open' | 'allow'> {
  if (planned === null || now === null) return { open, allow }
  const left = new Set(listCidrsOf(now))
  const taken = new Set(listCidrsOf(planned).filter((cidr) => !left.has(cidr)))
  return {
    open: open && (now.open || !planned.open),
    allow: allow.filter(({ cidr }) => !taken.has(cidr)),
  }
}

const listCidrsOf = ({ allow }: TenantRecord): string[] => allow.map(({ cidr }) => cidr)

/**
 * A container whose record is lost runs on. An earlier helper reserves no port with a listener, not even where that is
 * this very container, so there it has to make room for a new one.
 */
function chooseWay(
  desired: DesiredTenant,
  observed: ObservedTenant,
  knowsContainers: boolean,
): [TenantPlan, ObservedTenant] {
  if (!desired.present || observed.record !== null || knowsContainers) {
    return [planTenant(desired, observed), observed]
  }
  const anew = planTenant(desired, nothingObserved)
  const plan: TenantPlan = observed.container === null ? anew : [[{ kind: 'remove-container' }], ...anew]
  return [plan, nothingObserved]
}

/**
 * Makes the store say of one tenant what the host has. What no panel would have written there is told and left.
 * @param planned the record that the host had when it was planned
 * @throws ProblemError PLAN_STALE when the host lets in somebody whom the plan did not name, or has the tenant no more
 *   and had it then, or the other way round: it may have been put back once more; and where access is taken away meanwhile
 */
export async function takeFromHost(
  context: ServiceContext,
  access: HostAccess,
  { tenantId }: RecoverStep,
  planned: TenantRecord | null,
): Promise<void> {
  const { host } = access
  await context.atPoint('before read-planned')
  const since = performance.now()
  const all = await observeRecords(access)
  await context.atPoint('before take-over')
  const record = all.get(tenantId)
  if (!isAsPlanned(planned, record ?? null)) fail({ code: 'PLAN_STALE', details: { host: host.name } })
  if (record !== undefined) {
    await takeOverFit(context, host, record, all, (db) => {
      const isClosing = listPendingClosings(db, host.id).some(
        ({ operation }) => operation.tenantId === tenantId,
      )
      const wasClosed = (access.seen.closedAt.get(tenantId) ?? since) > since
      if (isClosing || wasClosed) fail({ code: 'PLAN_STALE', details: { host: host.name } })
    })
    return
  }
  await context.store.write((db) => {
    const tenant = findTenant(db, tenantId)
    if (tenant === undefined) return
    const now = context.now()
    const before = { port: tenant.port, allow: tenant.allow }
    const operation = beginOperation(db, context, { kind: 'tenant delete', host, tenant, before }, [])
    endTenant(db, tenantId, now, null)
    endOperation(db, now, operation, { kind: 'done' })
  })
}

/** Whether a record lets in nobody beyond the planned one. */
function isAsPlanned(planned: TenantRecord | null, record: TenantRecord | null): boolean {
  if (planned === null || record === null) return planned === record
  return !letsInMore(record, planned)
}

async function observeBoth(
  { store }: ServiceContext,
  access: HostAccess,
  tenantId: string,
): Promise<{ tenant: StoredTenant | undefined; observed: ObservedTenant }> {
  const observed = await observeTenant(access, tenantId)
  return { tenant: await store.read((db) => findTenant(db, tenantId)), observed }
}
