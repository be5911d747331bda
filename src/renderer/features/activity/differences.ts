import type { Operation } from '../../../contract/activity.ts'

type Json = Operation['before']

/** One field that an operation changed, as it was and as it became; null where there was nothing. */
export interface Difference {
  readonly field: string
  readonly before: string | null
  readonly after: string | null
}

const fields: Readonly<Record<string, string>> = {
  name: 'Name',
  open: 'Lets addresses in',
  port: 'Port',
  memoryMb: 'Memory, MB',
  maxConnections: 'Connections at once',
  notes: 'Notes',
  tags: 'Tags',
  allow: 'Allowed addresses that changed',
  publicAddress: 'Public address',
  target: 'Reached by',
  isDefault: 'Default host',
  closes: 'Closed',
  as: 'Whose state counts',
  tenants: 'Tenants',
}

/** Values that are words of the log; `*` closes all of a tenant. */
const words: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  closes: { '*': 'everything' },
  as: { panel: 'what this panel has', host: 'what the host has' },
}

/** The number of a record, and what the store did not have of a revocation: both are for the program. */
const internal: ReadonlySet<string> = new Set(['revision', 'unknown', 'beside'])

/** The fields that an operation changed, with both values; a field that is the same before and after is left out. */
export function listDifferences({ before, after }: Pick<Operation, 'before' | 'after'>): Difference[] {
  const one = toRecord(before)
  const other = toRecord(after)
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])].filter(
    (name) => !internal.has(name),
  )
  return names.flatMap((name) => {
    const was = renderValue(one[name])
    const became = renderValue(other[name])
    const say = (value: string | null) => (value === null ? null : (words[name]?.[value] ?? value))
    return was === became ? [] : [{ field: fields[name] ?? name, before: say(was), after: say(became) }]
  })
}

function toRecord(value: Operation['before']): Readonly<Record<string, Json>> {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isRecord ? (value as Record<string, Json>) : {}
}

function renderValue(value: Json | undefined): string | null {
  if (value === undefined || value === null) return null
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(renderItem).join(', ')
  if (typeof value === 'object') return JSON.stringify(value)
  return String(value)
}

/** An entry of an allowlist: `{"cidr":"203.0.113.7/32","label":"office"}` */
function renderItem(item: Json): string {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return String(item)
  const { cidr, label } = item as { cidr?: unknown; label?: unknown }
  if (typeof cidr !== 'string') return JSON.stringify(item)
  return typeof label === 'string' && label !== '' ? `${cidr} (${label})` : cidr
}
