import type { AllowEntry } from '../../contract/allowlist.ts'

/** What stands beside cidrs in lists of what was closed or left, for the tenant's being open. */
export const wholeTenant = '*'

/** Who gets in by a tenant's record. */
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
 * What is left of a record when access is taken away. Nothing is ever added to it.
 * @param cidrs entries to take off the list, each matched by its text; null: the whole tenant is suspended and keeps its list
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
