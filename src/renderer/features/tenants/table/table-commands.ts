import type { Tenant } from '../../../../contract/tenant.ts'

/** The calls of the table to the screen around it. */
export interface TableCommands {
  readonly open: (tenant: Tenant) => void
  /** Of the tenants given, or of those selected when there are none. */
  readonly remove: (tenants: readonly Tenant[]) => void
  readonly cancel: (tenant: Tenant) => void
  /** Opens the menu of a tenant at a point of the window. */
  readonly menu: (tenant: Tenant, at: { readonly x: number; readonly y: number }) => void
  readonly search: () => void
  /** Escape with nothing selected. */
  readonly clear: () => void
}
