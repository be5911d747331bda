import type { Tenant } from '../../../contract/tenant.ts'
import { isPending } from '../../ui/pending.ts'
import type { TenantQuery, TokenKind } from './query.ts'

/**
 * The text that a tenant is found by, in lower case. Live state keeps the value of a tenant that did not change, so
 * this is made once for each, and a keystroke only searches.
 */
const indexed = new WeakMap<Tenant, string>()

/** Between fields: what nobody types, so that nothing is found across two of them. */
const between = '\n'

function indexOf(tenant: Tenant): string {
  const known = indexed.get(tenant)
  if (known !== undefined) return known
  const { name, port, host, addresses, tags, allow } = tenant
  const allowed = allow.flatMap(({ cidr, label }) => [cidr, label])
  const fields = [name, port ?? '', host, ...addresses, ...tags, ...allowed]
  // ipaddr `203.0.113.7/32` is also found by `203.0.113.7`, as a part of it.
  const index = fields.join(between).normalize('NFC').toLowerCase()
  indexed.set(tenant, index)
  return index
}

const fold = (text: string): string => text.normalize('NFC').toLowerCase()

function has(tenant: Tenant, kind: TokenKind, wanted: readonly string[]): boolean {
  if (wanted.length === 0) return true
  switch (kind) {
    case 'state':
      // Neither is a state, but an operator looks for them beside the states.
      return (
        wanted.includes(tenant.state) ||
        (tenant.openToAnyone && wanted.includes('anyone')) ||
        (isPending(tenant) && wanted.includes('pending'))
      )
    case 'health':
      return wanted.includes(tenant.health)
    case 'host':
      return wanted.includes(fold(tenant.host))
    case 'tag':
      return tenant.tags.some((tag) => wanted.includes(fold(tag)))
  }
}

/** Whether the query lets the tenant through. */
export function matches(tenant: Tenant, { words, tokens }: TenantQuery): boolean {
  return (
    has(tenant, 'state', tokens.state) &&
    has(tenant, 'health', tokens.health) &&
    has(tenant, 'host', tokens.host) &&
    has(tenant, 'tag', tokens.tag) &&
    (words.length === 0 || hasWords(indexOf(tenant), words))
  )
}

function hasWords(index: string, words: readonly string[]): boolean {
  return words.every((word) => index.includes(word))
}

/** The tenants that the query lets through, in the order given. */
export function filterTenants(tenants: readonly Tenant[], query: TenantQuery): readonly Tenant[] {
  const { words, tokens } = query
  if (words.length === 0 && Object.values(tokens).every((wanted) => wanted.length === 0)) return tenants
  return tenants.filter((tenant) => matches(tenant, query))
}

/** A choice of a filter menu and how many tenants have it. */
export interface Choice {
  readonly value: string
  readonly count: number
}

/** All values that tenants have of one kind, the most frequent first. */
export function countChoices(tenants: readonly Tenant[], kind: TokenKind): readonly Choice[] {
  const counts = new Map<string, number>()
  const add = (value: string): void => void counts.set(value, (counts.get(value) ?? 0) + 1)
  for (const tenant of tenants) {
    if (kind === 'state') {
      add(tenant.state)
      if (tenant.openToAnyone) add('anyone')
      if (isPending(tenant)) add('pending')
    } else if (kind === 'health') add(tenant.health)
    else if (kind === 'host') add(tenant.host)
    else for (const tag of tenant.tags) add(tag)
  }
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
}
