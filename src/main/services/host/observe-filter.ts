import { type Drift, type DriftSide, mostNamed } from '../../../core/host/describe-drift.ts'
import type { FilterFacts } from '../../../domain/filter-fault.ts'
import { isAtLeast } from '../../../domain/helper-version.ts'
import { renderForeignText } from '../../adapters/limit.ts'
import type { HelperReply } from '../../adapters/netfilter/replies.ts'
import type { HostAccess } from './host-pool.ts'

/** The filter in a host's kernel, beside the one that the helper's state file asks for. */
export async function observeFilter({ helper }: HostAccess): Promise<FilterFacts> {
  return readFacts(await helper.request<'observe'>({ op: 'observe' }))
}

/** The same for those who wait for it: of many entries, as 10,000 tenants have, only the number is compared. */
export async function observeFilterBriefly({ helper }: HostAccess): Promise<FilterFacts> {
  const brief = isAtLeast(await helper.observeVersion(), '1.3.0')
  return readFacts(await helper.request<'observe'>({ op: 'observe', ...(brief ? { brief } : {}) }))
}

function readFacts(observed: HelperReply<'observe'>): FilterFacts {
  return { configured: observed.state !== null, ...toFilterFacts(observed) }
}

/** The part of the helper's answer that says who gets in, and whether somebody can be let in. */
export function toFilterFacts({
  kernel,
  condition,
  state,
  unrecorded,
  openPaths,
  unwritable,
}: HelperReply<'observe'>): Omit<FilterFacts, 'configured'> {
  // A kernel without IPv6 has one family, and nobody comes in by the other. A family can also be missing unread.
  const isSeen = kernel.base.length === 2 || (kernel.base.length === 1 && kernel.problems.length === 0)
  // A range that is closed to all, because its lists cannot be used, is not open.
  const isOpen = kernel.base.some(({ closed }) => !closed)
  const [problem] = kernel.problems
  const tenants = Object.entries(unrecorded.tenants).map(([id, closed]) => ({
    id,
    name: state?.tenants[id]?.name ?? id,
    closed,
  }))
  return {
    condition,
    bothBackends: kernel.otherBackendRules > 0,
    baseInPlace: isSeen && kernel.base.every(({ closed, complete }) => closed && complete),
    unread: isOpen || problem === undefined ? null : renderForeignText(problem).replace(/\.+$/, ''),
    drift: toDrift(
      kernel.drift,
      new Map(Object.values(state?.tenants ?? {}).map((each) => [each.port, each.name])),
    ),
    openPaths,
    unwritable: unwritable === null ? null : renderForeignText(unwritable),
    filterOnly: { damaged: unrecorded.damaged, tenants },
  }
}

type SeenDrift = HelperReply<'observe'>['kernel']['drift']

/** @param names of the tenants, by their ports */
function toDrift({ surplus, surplusCount, missing, missingCount }: SeenDrift, names: Names): Drift {
  return { surplus: toSide(surplus, surplusCount, names), missing: toSide(missing, missingCount, names) }
}

type Names = ReadonlyMap<number, string>

function toSide(listed: SeenDrift['surplus'], count: number, names: Names): DriftSide {
  const access = listed.flatMap(({ cidr, port }) =>
    cidr === null ? [] : [{ cidr, port, tenant: names.get(port) ?? null }],
  )
  return { count, access: count - (listed.length - access.length), first: access.slice(0, mostNamed) }
}
