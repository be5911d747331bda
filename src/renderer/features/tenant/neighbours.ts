import type { Tenant } from '../../../contract/tenant.ts'

/** Where a tenant stands in the list, from 1, and who is before and after it. */
export interface Neighbours {
  readonly place: number
  readonly of: number
  readonly previous: Tenant | undefined
  readonly next: Tenant | undefined
}

export function findNeighbours(tenants: readonly Tenant[], id: string): Neighbours | undefined {
  const at = tenants.findIndex((tenant) => tenant.id === id)
  if (at === -1) return undefined
  return { place: at + 1, of: tenants.length, previous: tenants[at - 1], next: tenants[at + 1] }
}
