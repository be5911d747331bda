import type { Tenant } from '../../../../contract/tenant.ts'

/** `acme`, `12 tenants`: those that a dialog is about. */
export function describeWhom(tenants: readonly Tenant[]): string {
  const [first] = tenants
  return tenants.length === 1 && first !== undefined
    ? first.name
    : `${tenants.length.toLocaleString('en')} tenants`
}
