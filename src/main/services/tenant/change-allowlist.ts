import type { AllowEntry, AllowInput, WidthConfirmed } from '../../../contract/allowlist.ts'
import type { AllowlistChange } from '../../../contract/tenant.ts'
import { requireConfirmedWidth } from '../../../core/address/require-confirmed.ts'
import { noteSpecial } from '../../../core/address/special-range.ts'
import {
  parseAllowInputs,
  parseRevocations,
  readWidthConfirmed,
  withAllowed,
  withoutEntries,
  withRevoked,
} from '../../../domain/allowlist.ts'
import { listPendingClosings } from '../../adapters/store/closings.ts'
import type { StoredHost } from '../../adapters/store/hosts.ts'
import type { StoredTenant } from '../../adapters/store/tenants.ts'
import { type Strays, takeOutStrays } from '../../hosts/registry/take-out-strays.ts'
import type { AskedOpening } from '../../reconcile/askings.ts'
import { closeAccess, failClosing } from '../../reconcile/close-access.ts'
import type { ServiceContext } from '../context.ts'
import type { HostAccess } from '../host/host-pool.ts'
import { requireFiltered } from '../host/require-prepared.ts'
import { toProblem } from '../operation/to-problem.ts'
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
  const { known, strays, unseen } = await findHostEntries(context, host, tenant, revoked)
  const hostOnly = [...known, ...[...strays.asked, ...unseen].map((cidr) => ({ cidr, label: '' }))]
  const changed = await closeAccess(
    context,
    { ...which, id: tenant.id },
    {
      kind: 'tenant revoke',
      cidrs: revoked,
      asked,
      hostOnly,
      change: (current) => {
        withRevoked(current.name, [...current.allow, ...hostOnly], revoked)
        return { allow: withoutEntries(current.allow, revoked) }
      },
    },
  )
  const found = unseen.filter((cidr) => changed.closed.includes(cidr)).map((cidr) => ({ cidr, label: '' }))
  const before = { allow: [...changed.before.allow, ...known, ...found] }
  const described = { ...describeChange({ ...changed, before }), strays: [...strays.found] }
  // The host has nothing of it in its filter now, and had nothing of it on its list.
  if (described.changed.length + described.strays.length === 0)
    withRevoked(changed.before.name, before.allow, revoked)
  return described
}

interface HostEntries {
  /** On the host's list only. */
  readonly known: readonly AllowEntry[]
  /** In its filter only, against all records. */
  readonly strays: Strays
  /** The host could not be asked for these. */
  readonly unseen: readonly string[]
}

const noStrays: Strays = { found: [], asked: [] }

/**
 * Revoking works against the host's own list too, which can have entries that this store lost or never knew. What is not
 * on that list either can still be in the filter, past all records. A host that cannot be asked may have them: they are
 * closed there like all others, which is tried until it holds.
 * @throws ProblemError NOT_IN_FORCE when the host cannot be asked and the same was revoked before
 */
async function findHostEntries(
  context: ServiceContext,
  host: StoredHost,
  tenant: StoredTenant,
  revoked: readonly string[],
): Promise<HostEntries> {
  const stored = new Set(tenant.allow.map(({ cidr }) => cidr))
  const strange = revoked.filter((cidr) => !stored.has(cidr))
  if (strange.length === 0) return { known: [], strays: noStrays, unseen: [] }
  const access = context.hosts.access(host)
  try {
    const [record] = await access.ledger.observeUrgently(tenant.id)
    const known = (record?.allow ?? []).filter(({ cidr }) => strange.includes(cidr))
    const nowhere = strange.filter((cidr) => !known.some((entry) => entry.cidr === cidr))
    return { known, ...(await observeStrays(access, record?.port ?? tenant.port, nowhere)) }
  } catch (error) {
    const closing = { kind: 'tenant revoke', cidrs: strange, asOf: null } as const
    if (await isPending(context, tenant, strange))
      failClosing('NOT_IN_FORCE', tenant, host, closing, error, toProblem(context.log, error))
    return { known: [], strays: noStrays, unseen: strange }
  }
}

/** A look that fails keeps nobody in: the closing itself needs none. */
async function observeStrays(
  { closer }: HostAccess,
  port: number | null,
  cidrs: readonly string[],
): Promise<Pick<HostEntries, 'strays' | 'unseen'>> {
  if (cidrs.length === 0) return { strays: noStrays, unseen: [] }
  try {
    return { strays: await takeOutStrays(closer, port, cidrs), unseen: [] }
  } catch {
    return { strays: noStrays, unseen: cidrs }
  }
}

/** Whether all of that was taken away before and is not closed for certain. */
async function isPending(
  { store }: ServiceContext,
  { id, hostId }: StoredTenant,
  cidrs: readonly string[],
): Promise<boolean> {
  const pending = await store.read((db) => listPendingClosings(db, hostId))
  const mine = pending.filter(({ operation }) => operation.tenantId === id)
  return cidrs.every((cidr) => mine.some(({ closing }) => closing.cidrs?.includes(cidr) ?? false))
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
    cut: [...changed.cut],
  }
}

const toCidrs = (entries: readonly { readonly cidr: string }[]): string[] => entries.map(({ cidr }) => cidr)

function difference(before: readonly AllowEntry[], after: readonly AllowEntry[]): AllowEntry[] {
  const key = ({ cidr, label }: AllowEntry): string => JSON.stringify([cidr, label])
  const [old, now] = [new Set(before.map(key)), new Set(after.map(key))]
  return [...after.filter((entry) => !old.has(key(entry))), ...before.filter((entry) => !now.has(key(entry)))]
}
