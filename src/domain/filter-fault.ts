import type { HelperFacts } from './host-observation.ts'

/** What of a host's filter decides who gets in. */
export type FilterFacts = Pick<HelperFacts, 'configured' | 'bothBackends' | 'baseInPlace' | 'driftCount'>

/**
 * What keeps a filter from letting in exactly those on the allowlists: `unclear`, both backends of iptables hold rules;
 * `open`, the port range is not closed; `drifted`, entries of the allowlists are missing or too many.
 */
export type FilterFault =
  | { readonly kind: 'unclear' | 'open' }
  | { readonly kind: 'drifted'; readonly entries: number }

/** The worst that is wrong with a filter; null when it is as it should be. */
export function judgeFilter(facts: FilterFacts): FilterFault | null {
  if (facts.bothBackends) return { kind: 'unclear' }
  if (!facts.configured || !facts.baseInPlace) return { kind: 'open' }
  return facts.driftCount === 0 ? null : { kind: 'drifted', entries: facts.driftCount }
}

/** For whoever looks at anything of that host: what it means, and what to do. */
export function describeFilterFault(host: string, fault: FilterFault): string {
  switch (fault.kind) {
    case 'unclear':
      return `Both iptables backends of ${host} hold rules, so it is not known who can reach its tenants. Look at the host's check.`
    case 'open':
      return `The filter of ${host} is not in place: anybody can reach its tenants. Prepare the host to close its ports.`
    case 'drifted': {
      const entries = fault.entries === 1 ? '1 entry' : `${fault.entries} entries`
      return `The filter of ${host} differs from the allowlists of its tenants in ${entries}. Prepare the host to put that right.`
    }
  }
}
