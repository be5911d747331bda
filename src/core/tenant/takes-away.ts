import type { AllowEntry } from '../../contract/allowlist.ts'

/** The parts of a record that decide who reaches a tenant. */
export interface Access {
  readonly port: number
  readonly network: number
  /** false: nobody gets in, whatever the allowlist says. */
  readonly open: boolean
  readonly allow: readonly AllowEntry[]
}

/**
 * Whether a tenant's new record lets in nobody whom the present one does not: entries go, or all are shut out, at the
 * same place.
 * @param before the record as the host has it; undefined where it has none
 */
export function takesOnlyAway(before: Access | undefined, after: Access): boolean {
  if (before === undefined || before.port !== after.port || before.network !== after.network) return false
  if (after.open && !before.open) return false
  const known = new Set(before.allow.map(({ cidr }) => cidr))
  return after.allow.every(({ cidr }) => known.has(cidr))
}
