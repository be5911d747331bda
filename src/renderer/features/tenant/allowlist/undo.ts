import type { AllowEntry } from '../../../../contract/allowlist.ts'
import type { AllowlistChange } from '../../../../contract/tenant.ts'

/** The way back from a change of the allowlist: entries to let in as they were, and entries to shut out again. */
export interface AllowUndo {
  readonly allow: readonly AllowEntry[]
  readonly revoke: readonly string[]
}

/** The entries that a change touched, for a sentence and for its undo. */
export interface AllowDifference {
  readonly added: readonly AllowEntry[]
  readonly removed: readonly AllowEntry[]
  /** As they were before. */
  readonly relabelled: readonly AllowEntry[]
}

/** Sorts what a change touched: `changed` has entries as they were and as they became. */
export function readDifference({ tenant, changed }: AllowlistChange): AllowDifference {
  const now = new Map(tenant.allow.map(({ cidr, label }) => [cidr, label]))
  const isNow = ({ cidr, label }: AllowEntry): boolean => now.get(cidr) === label
  const before = changed.filter((entry) => !isNow(entry))
  const had = new Set(before.map(({ cidr }) => cidr))
  return {
    added: changed.filter((entry) => isNow(entry) && !had.has(entry.cidr)),
    removed: before.filter(({ cidr }) => !now.has(cidr)),
    relabelled: before.filter(({ cidr }) => now.has(cidr)),
  }
}

/** Undefined when nothing changed. */
export function planUndo({ added, removed, relabelled }: AllowDifference): AllowUndo | undefined {
  if (added.length + removed.length + relabelled.length === 0) return undefined
  return { allow: [...removed, ...relabelled], revoke: added.map(({ cidr }) => cidr) }
}

/**
 * `203.0.113.7/32 was removed. 2 connections from 203.0.113.7 were cut.`
 * @param change the change that the difference was read from
 */
export function describeDifference(
  { added, removed, relabelled }: AllowDifference,
  { cut, staysInside }: Pick<AllowlistChange, 'cut' | 'staysInside'>,
): string {
  const sentences = [
    describeEntries(added, 'was added', 'were added'),
    describeEntries(removed, 'was removed', 'were removed'),
    describeEntries(relabelled, 'has another label', 'have other labels'),
    describeCut(cut),
    staysInside.sentence,
  ].filter((sentence) => sentence !== '')
  return sentences.length === 0 ? 'Nothing changed: it was so already.' : sentences.join(' ')
}

function describeEntries(entries: readonly AllowEntry[], one: string, many: string): string {
  const [first] = entries
  if (first === undefined) return ''
  return entries.length === 1 ? `${first.cidr} ${one}.` : `${entries.length} entries ${many}.`
}

function describeCut(cut: AllowlistChange['cut']): string {
  const sockets = cut.reduce((sum, each) => sum + each.sockets, 0)
  if (sockets === 0) return ''
  const from = cut.length === 1 ? cut[0]?.address : `${cut.length} addresses`
  return sockets === 1
    ? `1 connection from ${from} was cut.`
    : `${sockets} connections from ${from} were cut.`
}
