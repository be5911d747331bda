import type { ToldFilterFault } from '../../../contract/filter-fault.ts'
import { describeProblem } from '../../../domain/describe-problem.ts'
import { type FilterFault, judgeFilter, tellFilterFault } from '../../../domain/filter-fault.ts'
import { withLimit } from '../../adapters/limit.ts'
import type { ServiceContext } from '../context.ts'
import { toProblem } from '../operation/to-problem.ts'
import type { HostAccess } from './host-pool.ts'
import { observeFilter, observeFilterBriefly } from './observe-filter.ts'

/**
 * The fault of a host's filter, in words; null where there is none. A filter that could not be looked at in time is not
 * taken for a good one.
 * @param isWhole every entry is read, and not only counted, also where there are many: a second with 10,000 tenants
 */
export async function observeFilterFault(
  context: ServiceContext,
  access: HostAccess,
  timeoutMs: number,
  isWhole = false,
): Promise<ToldFilterFault | null> {
  const { name: host } = access.host
  const limit = { host, action: 'look at its filter', timeoutMs }
  try {
    const observe = isWhole ? observeFilter : observeFilterBriefly
    const fault = judgeFilter(await withLimit(limit, () => observe(access)))
    return fault === null ? null : tellFilterFault(host, fault)
  } catch (error) {
    const { message } = describeProblem(toProblem(context.log, error))
    const unread: FilterFault = { kind: 'unread', reason: message.replace(/\.$/, '') }
    return tellFilterFault(host, unread)
  }
}
