import type { FilterFacts } from '../../../domain/filter-fault.ts'
import { renderForeignText } from '../../adapters/limit.ts'
import type { HelperReply } from '../../adapters/netfilter/protocol.ts'
import type { HostAccess } from './host-pool.ts'

/** What the kernel of a host has of its filter, beside what the helper's state file says it should have. */
export async function observeFilter({ helper }: HostAccess): Promise<FilterFacts> {
  const observed = await helper.request<'observe'>({ op: 'observe' })
  return { configured: observed.state !== null, ...toFilterFacts(observed) }
}

/** The part of the helper's answer that says who gets in. */
export function toFilterFacts({
  kernel,
  condition,
}: HelperReply<'observe'>): Omit<FilterFacts, 'configured'> {
  const isOpen = kernel.base.some(({ closed, complete }) => !closed || !complete)
  const [problem] = kernel.problems
  return {
    condition,
    bothBackends: kernel.otherBackendRules > 0,
    baseInPlace: kernel.base.length === 2 && kernel.base.every(({ closed, complete }) => closed && complete),
    unread: isOpen || problem === undefined ? null : renderForeignText(problem).replace(/\.+$/, ''),
    driftCount: kernel.drift.missingCount + kernel.drift.surplusCount,
  }
}
