import type { AllowEntry } from '../../contract/allowlist.ts'
import type { Json } from '../tenant/changed-entries.ts'
import { wholeTenant } from './plan-closing.ts'

/** The operations that take access away. They are never undone and wait for nothing but the host's filter. */
export const closingKinds = ['tenant revoke', 'tenant suspend', 'tenant delete'] as const
export type ClosingKind = (typeof closingKinds)[number]

/** The operation that closes again, on a host that was put back, what was closed here. A look finds out what is left of it. */
export const putBackKind = 'host put-back'

/** Access that an operator took away from one tenant. */
export interface Closing {
  readonly kind: ClosingKind
  /** The entries to be removed; null: nobody gets in at all. */
  readonly cidrs: readonly string[] | null
  /**
   * The tenant's revision when it was asked for; an entry written later stays. Null: not known, or a change of this panel
   * may have let it in later than that, so everything goes.
   */
  readonly asOf: number | null
}

export function isClosingKind(kind: string): kind is ClosingKind {
  return closingKinds.some((known) => known === kind)
}

/** An operation in the log, as far as it tells what was taken away. */
interface LoggedOperation {
  readonly kind: string
  readonly before: unknown
  readonly after: unknown
}

/**
 * The access that an operation takes away, read back from the log; null where it takes none. Sample of a revocation:
 *
 *     {"kind":"tenant revoke","before":{"allow":[{"cidr":"203.0.113.7/32","label":""}],"revision":12},"after":{"allow":[]}}
 */
export function parseClosing({ kind, before, after }: LoggedOperation): Closing | null {
  if (!isClosingKind(kind)) return null
  const revision = isRecord(before) ? before['revision'] : undefined
  // A delete goes on whatever somebody else did to the tenant meanwhile.
  const asOf = typeof revision === 'number' && kind !== 'tenant delete' ? revision : null
  if (kind !== 'tenant revoke') return { kind, cidrs: null, asOf }
  const kept = new Set(listCidrs(after))
  return { kind, cidrs: listCidrs(before).filter((cidr) => !kept.has(cidr)), asOf }
}

/**
 * Of the entries that a revocation in the log takes away, those that the store did not have: only the host may. Sample of
 * its `before`:
 *
 *     {"allow":[{"cidr":"203.0.113.7/32","label":""}],"revision":12,"unknown":["203.0.113.7/32"]}
 */
export function listUnknown({ before }: Pick<LoggedOperation, 'before'>): string[] {
  const unknown = isRecord(before) ? before['unknown'] : undefined
  return Array.isArray(unknown) ? unknown.filter((cidr) => typeof cidr === 'string') : []
}

/**
 * Entries that were asked for together with those of a revocation, and that are closed: another operation has them. Sample
 * of its `before`:
 *
 *     {"allow":[{"cidr":"203.0.113.7/32","label":""}],"revision":12,"beside":["198.51.100.9/32"]}
 */
export function listBeside({ before }: Pick<LoggedOperation, 'before'>): string[] {
  const beside = isRecord(before) ? before['beside'] : undefined
  return Array.isArray(beside) ? beside.filter((cidr) => typeof cidr === 'string') : []
}

/**
 * The state before a revocation, as the log has it once the host has confirmed it: without entries that turned out to be
 * on no list.
 * @param closed the entries that the host had
 */
export function withoutAbsent(before: Json, closed: readonly string[]): Json {
  if (!isRecord(before)) return before
  const { unknown: _, beside: __, ...rest } = before
  const absent = new Set(listUnknown({ before }).filter((cidr) => !closed.includes(cidr)))
  const { allow } = rest
  if (!Array.isArray(allow)) return rest
  return { ...rest, allow: allow.filter((entry) => !(isRecord(entry) && absent.has(String(entry['cidr'])))) }
}

/** The same with what is closed of what was asked for. */
export const withBeside = (before: Json, beside: readonly string[]): Json =>
  isRecord(before) && beside.length > 0 ? { ...before, beside: [...beside] } : before

/** The part of the state before a revocation that concerns these entries. */
export function onlyEntries(before: Json, cidrs: readonly string[]): Json {
  if (!isRecord(before) || !Array.isArray(before['allow'])) return before
  const { unknown: _, beside: __, ...rest } = before
  const unknown = listUnknown({ before }).filter((cidr) => cidrs.includes(cidr))
  const isOne = (entry: Json): boolean => isRecord(entry) && cidrs.includes(String(entry['cidr']))
  return { ...rest, allow: before['allow'].filter(isOne), ...(unknown.length === 0 ? {} : { unknown }) }
}

/** The same without entries that were left, because somebody wrote them later: the log must not say that they are out. */
export function withoutLeft(before: Json, left: readonly string[]): Json {
  if (!isRecord(before) || !Array.isArray(before['allow'])) return before
  const isLeft = (entry: Json): boolean => isRecord(entry) && left.includes(String(entry['cidr']))
  return { ...before, allow: before['allow'].filter((entry) => !isLeft(entry)) }
}

/**
 * Whether an operation in the log lets in what is to be taken away: it is what makes an entry, or the tenant's being open,
 * newer on its host.
 * @param cidrs entries of the tenant; null: its being open
 */
export function letsIn(operation: LoggedOperation, cidrs: readonly string[] | null): boolean {
  const { kind, after } = operation
  if (isClosingKind(kind) || kind === putBackKind) return false
  if (kind === 'tenant create' || kind === 'tenant restore') return true
  if (cidrs === null) return isRecord(after) && after['open'] === true
  return listAdded(operation).some((cidr) => cidrs.includes(cidr))
}

/** Cidrs that are on the list after an operation, and were not before. */
function listAdded({ before, after }: LoggedOperation): string[] {
  const known = new Set(listCidrs(before))
  return listCidrs(after).filter((cidr) => !known.has(cidr))
}

/** The access to a tenant: its list gets in where it is open. */
interface Access {
  readonly open: boolean
  readonly allow: readonly AllowEntry[]
}

/** An access without whom these operations of the log were to let in, none of which has happened. */
export function withoutLetIn(
  { open, allow }: Access,
  operations: readonly LoggedOperation[],
): { open: boolean; allow: AllowEntry[] } {
  const ended = operations.filter(({ kind }) => kind === 'tenant allow' || kind === 'tenant resume')
  const added = new Set(ended.flatMap(listAdded))
  return {
    open: open && !ended.some(({ kind }) => kind === 'tenant resume'),
    allow: allow.filter(({ cidr }) => !added.has(cidr)),
  }
}

/** Whether an access lets in somebody whom another one does not. */
export function letsInMore(one: Access, other: Access): boolean {
  const common = withoutClosed(one, other)
  return one.open !== common.open || one.allow.length !== common.allow.length
}

/** The access that stays when closings that were asked for meanwhile are taken out of what a change wants to write. */
export function withoutClosed(wanted: Access, stored: Access): { open: boolean; allow: AllowEntry[] } {
  const there = new Set(stored.allow.map(({ cidr }) => cidr))
  return {
    open: wanted.open && stored.open,
    allow: wanted.allow.filter(({ cidr }) => there.has(cidr)),
  }
}

/** Verbs of the closings: as a step says it, and as a sentence has it for its subject. */
const verbs = {
  'tenant revoke': { infinitive: 'revoke', gerund: 'revoking' },
  'tenant suspend': { infinitive: 'suspend', gerund: 'suspending' },
  'tenant delete': { infinitive: 'delete', gerund: 'deleting' },
} as const satisfies Record<ClosingKind, object>

/** Access that is taken away from a tenant: "revoke 203.0.113.7/32 of acme", "suspending acme". */
export function describeClosing(
  { kind, cidrs }: Pick<Closing, 'kind' | 'cidrs'>,
  tenant: string,
  form: 'infinitive' | 'gerund',
): string {
  const verb = verbs[kind][form]
  return kind === 'tenant revoke' ? `${verb} ${listed(cidrs ?? [])} of ${tenant}` : `${verb} ${tenant}`
}

/**
 * Access that a closing has left, because another panel granted it.
 * @param left cidrs, and `*` for the tenant's being open
 */
export function describeLeft(tenant: string, left: readonly string[]): string[] {
  const cidrs = left.filter((entry) => entry !== wholeTenant)
  const asked = 'was asked for here'
  const resumed = `Another panel resumed ${tenant}, before or after suspending it ${asked}. It stays open: suspend it again to close it.`
  const [it, stays] = cidrs.length === 1 ? ['it', 'It stays'] : ['them', 'They stay']
  const letIn = `Another panel let in ${listed(cidrs)} to ${tenant}, before or after revoking ${it} ${asked}. ${stays}: revoke ${it} again to shut ${it} out.`
  return [...(cidrs.length > 0 ? [letIn] : []), ...(left.includes(wholeTenant) ? [resumed] : [])]
}

function listed(cidrs: readonly string[]): string {
  const most = 3
  return cidrs.length <= most ? cidrs.join(', ') : `${cidrs.length} entries`
}

/** The cidrs of an allowlist, as an operation of the log has what was so before or after it; none where it has no list. */
export function listCidrs(value: unknown): string[] {
  const allow = isRecord(value) ? value['allow'] : undefined
  if (!Array.isArray(allow)) return []
  return allow.flatMap((entry: unknown) => {
    const cidr = isRecord(entry) ? entry['cidr'] : undefined
    return typeof cidr === 'string' ? [cidr] : []
  })
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
