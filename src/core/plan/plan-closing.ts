import type { AllowEntry } from '../../contract/allowlist.ts'

/** The tenant's being open, beside cidrs in lists of access that was closed or left. */
export const wholeTenant = '*'

/** Access by a tenant's record. */
export interface Access {
  /** false: nobody gets in, whatever the list says. */
  readonly open: boolean
  readonly allow: readonly AllowEntry[]
}

export interface ClosingPlan extends Access {
  /** Cidrs, or {@link wholeTenant}; empty: there is nothing to change. */
  readonly closed: readonly string[]
}

/**
 * The access that a closing leaves to a record. A closing never adds any.
 * @param cidrs entries to take off the list, each matched by its text; null: the tenant is suspended and keeps its list
 */
export function planClosing({ open, allow }: Access, cidrs: readonly string[] | null): ClosingPlan {
  if (cidrs === null) return { open: false, allow, closed: open ? [wholeTenant] : [] }
  const asked = new Set(cidrs)
  return {
    open,
    allow: allow.filter(({ cidr }) => !asked.has(cidr)),
    closed: allow.filter(({ cidr }) => asked.has(cidr)).map(({ cidr }) => cidr),
  }
}
