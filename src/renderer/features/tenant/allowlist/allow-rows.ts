import type { AllowEntry, AllowInput } from '../../../../contract/allowlist.ts'
import { isAnyone } from '../../allowlist/covered-addresses.ts'

/** One row of the table. The two entries that `anyone` stands for come and go together, so they are one row. */
export interface AllowRow {
  readonly key: string
  /** As it is shown, and as the router takes it: `203.0.113.7/32`, `anyone`. */
  readonly cidr: string
  readonly label: string
  readonly anyone: boolean
}

export function toAllowRows(entries: readonly AllowEntry[]): AllowRow[] {
  const open = entries.find(({ cidr }) => isAnyone(cidr))
  const rest = entries
    .filter(({ cidr }) => !isAnyone(cidr))
    .map(({ cidr, label }) => ({ key: cidr, cidr, label, anyone: false }))
  if (open === undefined) return rest
  return [{ key: 'anyone', cidr: 'anyone', label: open.label, anyone: true }, ...rest]
}

/** Entries as they were, in the router's words: each once, the two of `anyone` by that word. */
export function toAllowInputs(entries: readonly AllowEntry[]): { cidr: string; label: string }[] {
  return toAllowRows([...new Map(entries.map((entry) => [entry.cidr, entry])).values()]).map(
    ({ cidr, label }) => ({ cidr, label }),
  )
}

/** The same for what was typed, where no label says nothing: what is on the list already keeps the one it has. */
export function toNewAllowInputs(entries: readonly AllowEntry[]): AllowInput[] {
  return toAllowInputs(entries).map(({ cidr, label }) => (label === '' ? { cidr } : { cidr, label }))
}

/** Rows whose address or label holds what was typed, without regard to case. */
export function filterAllowRows(rows: readonly AllowRow[], typed: string): readonly AllowRow[] {
  const wanted = typed.trim().toLowerCase()
  return wanted === ''
    ? rows
    : rows.filter(({ cidr, label }) => `${cidr} ${label}`.toLowerCase().includes(wanted))
}
