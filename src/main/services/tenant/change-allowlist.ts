import type { AllowEntry, AllowInput } from '../../../contract/allowlist.ts'
import type { AllowlistChange } from '../../../contract/tenant.ts'
import { parseAllowInputs, parseRevocations, withAllowed, withRevoked } from '../../../domain/allowlist.ts'
import type { StoredTenant } from '../../adapters/store/tenants.ts'
import type { ServiceContext } from '../context.ts'
import { requireFiltered } from '../host/require-prepared.ts'
import { changeTenant } from './change-tenant.ts'
import { requireTenant, type TenantRef } from './find-tenant.ts'

/** Lets addresses in. They are in when this returns. */
export async function allow(
  context: ServiceContext,
  which: TenantRef,
  inputs: readonly AllowInput[],
): Promise<AllowlistChange> {
  const entries = parseAllowInputs(inputs)
  return changeAllowlist(context, which, 'tenant allow', (tenant) => withAllowed(tenant.allow, entries))
}

/** Shuts addresses out and cuts their live connections. They are out when this returns. */
export async function revoke(
  context: ServiceContext,
  which: TenantRef,
  cidrs: readonly string[],
): Promise<AllowlistChange> {
  const revoked = parseRevocations(cidrs)
  return changeAllowlist(context, which, 'tenant revoke', (tenant) =>
    withRevoked(tenant.name, tenant.allow, revoked),
  )
}

async function changeAllowlist(
  context: ServiceContext,
  which: TenantRef,
  kind: string,
  change: (tenant: StoredTenant) => AllowEntry[],
): Promise<AllowlistChange> {
  const { host } = await context.store.read((db) => requireTenant(db, which))
  requireFiltered(host)
  const changed = await changeTenant(context, which, {
    kind,
    basis: 'record',
    forward: kind === 'tenant revoke',
    change: (tenant) => ({ allow: change(tenant) }),
  })
  return {
    tenant: changed.tenant,
    changed: difference(changed.before.allow, changed.after.allow),
    cut: [...changed.cut],
  }
}

function difference(before: readonly AllowEntry[], after: readonly AllowEntry[]): AllowEntry[] {
  const key = ({ cidr, label }: AllowEntry): string => JSON.stringify([cidr, label])
  const [old, now] = [new Set(before.map(key)), new Set(after.map(key))]
  return [...after.filter((entry) => !old.has(key(entry))), ...before.filter((entry) => !now.has(key(entry)))]
}
