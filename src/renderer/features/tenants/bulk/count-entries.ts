import type { Tenant } from '../../../../contract/tenant.ts'

/** An entry of allowlists, and how many of the tenants have it. */
export interface CountedEntry {
  readonly cidr: string
  /** The first label that is not empty. */
  readonly label: string
  readonly count: number
}

/** Every entry that any of the tenants has, the most frequent first. */
export function countEntries(tenants: readonly Tenant[]): readonly CountedEntry[] {
  const entries = new Map<string, CountedEntry>()
  for (const { allow } of tenants) {
    for (const { cidr, label } of allow) {
      const before = entries.get(cidr)
      entries.set(cidr, { cidr, label: before?.label || label, count: (before?.count ?? 0) + 1 })
    }
  }
  return [...entries.values()].sort((a, b) => b.count - a.count || (a.cidr < b.cidr ? -1 : 1))
}
