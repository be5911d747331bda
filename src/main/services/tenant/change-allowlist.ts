import type { AllowEntry, AllowInput } from '../../../contract/allowlist.ts'
import type { AllowlistChange } from '../../../contract/tenant.ts'
import { parseAllowInputs, parseRevocations, withAllowed, withRevoked } from '../../../domain/allowlist.ts'
import { fail, ProblemError } from '../../../domain/problem-error.ts'
import { planTenant } from '../../../domain/tenant-plan.ts'
import type { StoredHost } from '../../adapters/store/hosts.ts'
import { findTenant, type StoredTenant, updateTenant } from '../../adapters/store/tenants.ts'
import type { ServiceContext } from '../context.ts'
import { adoptRecords } from '../host/adopt-records.ts'
import type { HostAccess } from '../host/host-pool.ts'
import { ensureRecovered } from '../host/recover-host.ts'
import { requireFiltered } from '../host/require-prepared.ts'
import { beginOperation, endOperation, type OpenOperation } from '../operation/operation-log.ts'
import { toProblem } from '../operation/to-problem.ts'
import { silent } from '../progress.ts'
import { applyTenantPlan } from './apply-tenant-plan.ts'
import { describePlan } from './create-tenant.ts'
import { lastConfirmed, toDesired } from './desired-tenant.ts'
import { requireTenant } from './find-tenant.ts'
import { viewConfirmed } from './view-tenants.ts'

/** Lets addresses in. They are in when this returns. */
export async function allow(
  context: ServiceContext,
  name: string,
  inputs: readonly AllowInput[],
): Promise<AllowlistChange> {
  const entries = parseAllowInputs(inputs)
  return changeAllowlist(context, name, 'tenant allow', (tenant) => withAllowed(tenant.allow, entries))
}

/** Shuts addresses out and cuts their live connections. They are out when this returns. */
export async function revoke(
  context: ServiceContext,
  name: string,
  cidrs: readonly string[],
): Promise<AllowlistChange> {
  const revoked = parseRevocations(cidrs)
  return changeAllowlist(context, name, 'tenant revoke', (tenant) =>
    withRevoked(tenant.name, tenant.allow, revoked),
  )
}

async function changeAllowlist(
  context: ServiceContext,
  name: string,
  kind: string,
  change: (tenant: StoredTenant) => AllowEntry[],
): Promise<AllowlistChange> {
  const { tenant: found, host } = await context.store.read((db) => requireTenant(db, name))
  requireFiltered(host)
  const access = context.hosts.access(host)
  await ensureRecovered(context, access)
  return context.inTurn(found.id, () => changeInTurn(context, access, host, found.id, kind, change))
}

async function changeInTurn(
  context: ServiceContext,
  access: HostAccess,
  host: StoredHost,
  tenantId: string,
  kind: string,
  change: (tenant: StoredTenant) => AllowEntry[],
): Promise<AllowlistChange> {
  const { before, after, plan, operation } = await context.store.write((db) => {
    const before = requirePresent(findTenant(db, tenantId))
    const after = { ...before, allow: change(before) }
    const plan = planTenant(toDesired(after), lastConfirmed(before))
    updateTenant(db, tenantId, { allow: after.allow })
    const subject = { kind, host, tenant: after, before: before.allow, after: after.allow }
    return {
      before,
      after,
      plan,
      operation: beginOperation(db, context, subject, describePlan(plan, after.name, host.name)),
    }
  })
  try {
    const applied = await applyTenantPlan(plan, toDesired(after), lastConfirmed(before), {
      access,
      operationId: operation.id,
      report: silent,
      onReserved: () => Promise.resolve(),
      releasedPort: 'keep-back',
    })
    await context.store.write((db) => {
      updateTenant(db, tenantId, { revision: applied.place?.revision ?? after.revision })
      endOperation(db, context.now(), operation, { kind: 'done' })
    })
    const tenant = await viewConfirmed(context, access, tenantId)
    return { tenant, changed: difference(before.allow, after.allow), cut: [...applied.cut] }
  } catch (error) {
    await takeBack(context, access, before, operation, error)
    throw error
  }
}

function requirePresent(tenant: StoredTenant | undefined): StoredTenant {
  if (tenant?.phase === 'present') return tenant
  if (tenant === undefined) return fail({ code: 'NOT_FOUND', details: { noun: 'tenant', name: '' } })
  return fail({ code: 'TENANT_BUSY', details: { tenant: tenant.name, state: tenant.phase } })
}

/**
 * After a refusal the store goes back to what is so. When the host's answer was lost, nobody knows whether it did it:
 * then the intent stays, and recovery asks the host and finishes it before the next change there.
 */
async function takeBack(
  context: ServiceContext,
  access: HostAccess,
  before: StoredTenant,
  operation: OpenOperation,
  error: unknown,
): Promise<void> {
  const problem = toProblem(context.log, error)
  if (!isRefusal(error)) {
    delete access.seen.recovered
    return
  }
  await context.store.write((db) => {
    updateTenant(db, before.id, { allow: before.allow })
    endOperation(db, context.now(), operation, { kind: 'failed', problem, stepsDone: 0 })
  })
  if (problem.code === 'REVISION_STALE') await adoptRecords(context, access)
}

/** Problems by which the host says that it did not do it; after any other, it may have. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof ProblemError)) return false
  switch (error.problem.code) {
    case 'REVISION_STALE':
    case 'HELPER_INCOMPATIBLE':
    case 'HOST_NOT_PREPARED':
    case 'SUDO_REFUSED':
    case 'HOST_KEY_CHANGED':
    case 'LOGIN_REFUSED':
    case 'PASSPHRASE_NEEDED':
      return true
    default:
      return false
  }
}

function difference(before: readonly AllowEntry[], after: readonly AllowEntry[]): AllowEntry[] {
  const key = ({ cidr, label }: AllowEntry): string => JSON.stringify([cidr, label])
  const [old, now] = [new Set(before.map(key)), new Set(after.map(key))]
  return [...after.filter((entry) => !old.has(key(entry))), ...before.filter((entry) => !now.has(key(entry)))]
}
