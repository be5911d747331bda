import type { Tenant } from '../../contract/tenant.ts'
import { faultMarks } from '../../contract/tenant-fault.ts'

/** `Listener gone, no limits`: what is wrong with a tenant beside its state, in a few words; empty when nothing is. */
export function renderFaults({ faults }: Tenant): string {
  const words = faults.map((fault) => faultMarks[fault]).join(', ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
