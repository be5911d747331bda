import type { ToldFilterFault } from '../contract/filter-fault.ts'
import type { CheckLine } from '../contract/host.ts'
import { type Drift, summarizeDrift } from '../core/host/describe-drift.ts'
import { describeLost } from '../core/host/describe-filter-only.ts'
import { describeOpenPaths } from '../core/host/describe-open-paths.ts'
import { checkUnwritable } from '../core/host/describe-unwritable.ts'
import type { HelperFacts } from './host-observation.ts'

/** The facts of a host's filter that decide who gets in, and whether somebody can be let in. */
export type FilterFacts = Pick<
  HelperFacts,
  | 'configured'
  | 'condition'
  | 'bothBackends'
  | 'baseInPlace'
  | 'unread'
  | 'drift'
  | 'unwritable'
  | 'openPaths'
  | 'filterOnly'
>

/** Why a helper lets in nobody more: its disk takes nothing, others can write its state, or a list of closings is lost. */
type Hold =
  | { readonly kind: 'unwritable'; readonly reason: string }
  | { readonly kind: 'open-path'; readonly path: string }
  | { readonly kind: 'lost' }

/**
 * A reason why a filter does not let in exactly the allowlists: `unclear`, both backends of iptables hold rules;
 * `unread`, the helper could not read it, so nothing is known of it;
 * `open`, the port range is not closed; `drifted`, entries of the allowlists are missing or too many; `damaged`, the
 * range is closed and the host's records cannot be used, so that `letIn` entries are left until it notices, and then none;
 * `held`, it lets in exactly the allowlists, and nobody can be added to them.
 */
export type FilterFault =
  | { readonly kind: 'unclear' | 'open' }
  | { readonly kind: 'unread'; readonly reason: string }
  | { readonly kind: 'drifted'; readonly drift: Drift }
  | { readonly kind: 'damaged'; readonly condition: 'damaged' | 'newer'; readonly letIn: number }
  | { readonly kind: 'held'; readonly hold: Hold }

/** The worst that is wrong with a filter; null when it is as it should be. */
export function judgeFilter(facts: FilterFacts): FilterFault | null {
  const { condition, drift } = facts
  if (facts.bothBackends) return { kind: 'unclear' }
  if ((condition === 'damaged' || condition === 'newer') && facts.baseInPlace)
    return { kind: 'damaged', condition, letIn: drift.surplus.access }
  if (facts.unread !== null && condition !== 'absent') return { kind: 'unread', reason: facts.unread }
  if (!facts.configured || !facts.baseInPlace) return { kind: 'open' }
  if (drift.surplus.count + drift.missing.count !== 0) return { kind: 'drifted', drift }
  const hold = judgeHold(facts)
  return hold === null ? null : { kind: 'held', hold }
}

function judgeHold({ unwritable, openPaths, filterOnly }: FilterFacts): Hold | null {
  const [path] = openPaths
  if (path !== undefined) return { kind: 'open-path', path }
  if (filterOnly.damaged) return { kind: 'lost' }
  return unwritable === null ? null : { kind: 'unwritable', reason: unwritable }
}

/** For whoever looks at anything of that host. */
export const tellFilterFault = (host: string, fault: FilterFault): ToldFilterFault => ({
  kind: fault.kind,
  sentence: describeFilterFault(host, fault),
})

/** The fault in words, with what to do. */
export function describeFilterFault(host: string, fault: FilterFault): string {
  switch (fault.kind) {
    case 'unclear':
      return `Both iptables backends of ${host} hold rules, so it is not known who can reach its tenants. Look at the host's check.`
    case 'unread':
      return `The filter of ${host} could not be read (${fault.reason}), so it is not known who can reach its tenants. Look at the host's check.`
    case 'open':
      return `The filter of ${host} is not in place: anybody can reach its tenants. Prepare the host to close its ports.`
    case 'damaged':
      return `${describeDamage(host, fault)} Look at the host's check.`
    case 'held': {
      const [line] = describeHold(host, fault.hold)
      return `${line?.sentence ?? ''} Look at the host's check.`
    }
    case 'drifted':
      return summarizeDrift(host, fault.drift)
  }
}

/** The same line as in the check of that host. */
function describeHold(host: string, hold: Hold): CheckLine[] {
  switch (hold.kind) {
    case 'unwritable':
      return checkUnwritable(host, { unwritable: hold.reason })
    case 'open-path':
      return describeOpenPaths(host, { openPaths: [hold.path] })
    case 'lost':
      return [describeLost(host)]
  }
}

/** Records that cannot be used, and who gets in without them. */
export function describeDamage(
  host: string,
  { condition, letIn }: Pick<Extract<FilterFault, { kind: 'damaged' }>, 'condition' | 'letIn'>,
): string {
  const what =
    condition === 'newer'
      ? `A newer helper wrote what ${host} remembers of its tenants (/var/lib/memharbor), so it cannot be read`
      : `What ${host} remembers of its tenants (/var/lib/memharbor) is damaged`
  const who =
    letIn === 0
      ? 'its ports are closed to everybody'
      : 'its ports will be closed to everybody by the next round of its timer, every 30 seconds'
  return `${what}: ${who}.`
}
