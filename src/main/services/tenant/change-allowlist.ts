import type { AllowEntry, AllowInput, WidthConfirmed } from '../../../contract/allowlist.ts'
import type { AllowlistChange } from '../../../contract/tenant.ts'
import { requireConfirmedWidth } from '../../../core/address/require-confirmed.ts'
import { noteSpecial } from '../../../core/address/special-range.ts'
import { findStillInside } from '../../../core/address/still-inside.ts'
import {
  parseAllowInputs,
  parseRevocations,
  readWidthConfirmed,
  withAllowed,
  withRevoked,
} from '../../../domain/allowlist.ts'
import type { StoredTenant } from '../../adapters/store/tenants.ts'
import type { AskedOpening } from '../../reconcile/askings.ts'
import { closeAccess } from '../../reconcile/close-access.ts'
import type { ServiceContext } from '../context.ts'
import { requireFiltered } from '../host/require-prepared.ts'
import { changeTenant } from './change-tenant.ts'
import { requireTenant, type TenantRef } from './find-tenant.ts'
import type { CutConnections } from './ledger.ts'
import { requireAllowRoom } from './require-allow-room.ts'
import { requireTextRoom } from './require-text-room.ts'

/**
 * Lets addresses in. They are in when this returns.
 * @param confirmed how wide the operator knows the list to become
 * @throws ProblemError CONFIRMATION_NEEDED where it becomes wider, ALLOWLISTS_FULL, NOTES_FULL, CLOSED_SINCE; nothing is
 *   changed then
 */
export function allow(
  context: ServiceContext,
  which: TenantRef,
  inputs: readonly AllowInput[],
  confirmed?: WidthConfirmed,
): Promise<AllowlistChange> {
  return context.askings.askOpening((asked) => allowAsked(context, asked, which, inputs, confirmed))
}

async function allowAsked(
  context: ServiceContext,
  asked: AskedOpening,
  which: TenantRef,
  inputs: readonly AllowInput[],
  confirmed: WidthConfirmed | undefined,
): Promise<AllowlistChange> {
  const entries = parseAllowInputs(inputs)
  const known = readWidthConfirmed(inputs, confirmed)
  const { host } = await context.store.read((db) => requireTenant(db, which))
  requireFiltered(host)
  const changed = await changeTenant(context, which, {
    kind: 'tenant allow',
    basis: 'record',
    opens: { asked, cidrs: toCidrs(entries) },
    change: (tenant, db) => {
      const allow = withAllowed(tenant.allow, entries)
      requireAllowRoom(db, tenant.hostId, allow.length - tenant.allow.length)
      requireTextRoom(db, tenant.hostId, { allow: tenant.allow }, { allow })
      requireConfirmedWidth(toCidrs(tenant.allow), toCidrs(allow), known)
      return { allow }
    },
  })
  const allowNotes = noteSpecial([...new Set(toCidrs(entries))], changed.tenant.addresses)
  return { ...describeChange(changed), allowNotes }
}

/**
 * Shuts addresses out and cuts their live connections. They are out when this returns.
 * @throws ProblemError NOT_IN_FORCE, ENTRY_ABSENT, ENTRY_COVERED
 */
export async function revoke(
  context: ServiceContext,
  which: TenantRef,
  cidrs: readonly string[],
): Promise<AllowlistChange> {
  const asked = context.askings.askClosing()
  const revoked = [...new Set(parseRevocations(cidrs))].sort()
  const { tenant, host } = await context.store.read((db) => requireTenant(db, which))
  requireFiltered(host)
  const changed = await closeAccess(
    context,
    { ...which, id: tenant.id },
    {
      kind: 'tenant revoke',
      cidrs: revoked,
      asked,
      change: ({ name, allow }) => ({ allow: withRevoked(name, allow, revoked) }),
    },
  )
  const before = { allow: [...changed.before.allow, ...changed.hostOnly] }
  const change = describeChange({ ...changed, before })
  const staysInside = findStillInside(toCidrs(change.changed), change.tenant.allow)
  return { ...change, strays: [...changed.strays], staysInside }
}

function describeChange(changed: {
  readonly before: Pick<StoredTenant, 'allow'>
  readonly after: StoredTenant
  readonly tenant: AllowlistChange['tenant']
  readonly cut: CutConnections
}): AllowlistChange {
  return {
    tenant: changed.tenant,
    changed: difference(changed.before.allow, changed.after.allow),
    allowNotes: [],
    strays: [],
    staysInside: { cidrs: [], sentence: '' },
    cut: [...changed.cut],
  }
}

const toCidrs = (entries: readonly { readonly cidr: string }[]): string[] => entries.map(({ cidr }) => cidr)

function difference(before: readonly AllowEntry[], after: readonly AllowEntry[]): AllowEntry[] {
  const key = ({ cidr, label }: AllowEntry): string => JSON.stringify([cidr, label])
  const [old, now] = [new Set(before.map(key)), new Set(after.map(key))]
  return [...after.filter((entry) => !old.has(key(entry))), ...before.filter((entry) => !now.has(key(entry)))]
}
