import type { AllowEntry } from '../../contract/allowlist.ts'

/** The part of a tenant that an operator changes. */
export interface ChangeableTenant {
  readonly name: string
  readonly open: boolean
  readonly port: number | null
  readonly memoryMb: number
  readonly maxConnections: number
  readonly allow: readonly AllowEntry[]
  readonly notes: string
  readonly tags: readonly string[]
}

type Values = {
  [field: string]: null | boolean | number | string | string[] | { cidr: string; label: string }[]
}

/** A change as the log keeps it, by the kind of the operation that makes it. */
export interface TenantChangeSeen {
  readonly kind: string
  readonly before: Values
  readonly after: Values
}

/** The changes that make one tenant out of another, in the order in which an operator would be glad to read them. */
export function listChanges(before: ChangeableTenant, after: ChangeableTenant): TenantChangeSeen[] {
  const change = (kind: string, ...fields: (keyof ChangeableTenant)[]): TenantChangeSeen[] => {
    const differing = fields.filter((field) => renderKey(before[field]) !== renderKey(after[field]))
    return differing.length === 0
      ? []
      : [{ kind, before: pick(before, differing), after: pick(after, differing) }]
  }
  return [
    ...change('tenant rename', 'name'),
    ...change(after.open ? 'tenant resume' : 'tenant suspend', 'open'),
    ...change(isWider(before.allow, after.allow) ? 'tenant allow' : 'tenant revoke', 'allow'),
    ...change('tenant resize', 'memoryMb'),
    ...change('tenant limit', 'maxConnections'),
    ...change('tenant move', 'port'),
    ...change('tenant annotate', 'notes', 'tags'),
  ]
}

/** Whether somebody gets in by an entry that was not there; where a label alone is another one, it was allowed again. */
function isWider(before: readonly AllowEntry[], after: readonly AllowEntry[]): boolean {
  const known = new Set(before.map(({ cidr }) => cidr))
  return after.length >= before.length || after.some(({ cidr }) => !known.has(cidr))
}

/** The order of an allowlist and of tags is nobody's change. */
function renderKey(value: ChangeableTenant[keyof ChangeableTenant]): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return JSON.stringify(value.map((each) => JSON.stringify(each)).sort())
}

function pick(tenant: ChangeableTenant, fields: readonly (keyof ChangeableTenant)[]): Values {
  const { allow, tags, ...plain } = tenant
  const all: Values = { ...plain, tags: [...tags], allow: allow.map(({ cidr, label }) => ({ cidr, label })) }
  return Object.fromEntries(fields.map((field) => [field, all[field] ?? null]))
}
