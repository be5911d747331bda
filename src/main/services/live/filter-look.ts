import { judgeFilter } from '../../../domain/filter-fault.ts'
import type { StoredHost } from '../../adapters/store/hosts.ts'
import type { ServiceContext } from '../context.ts'
import { observeFilter } from '../host/observe-filter.ts'
import type { Board } from './board.ts'

/**
 * The pause after a look, in lengths of that look. A change of an allowlist waits for a look that is under way, and looks
 * take 50 ms with a few tenants, 1.2 s with 10,000.
 */
const pauseFactor = 60

/**
 * The looks at the filter of one host: at all rules and sets of its kernel, because what another program took away there
 * nobody else would tell.
 */
export interface FilterLook {
  /** Looks at it beside the other looks, if that is due. To be called when the host has just answered. */
  readonly lookWhenDue: (host: StoredHost) => void
  readonly makeDue: () => void
}

export function createFilterLook(
  context: ServiceContext,
  board: Board,
  hostId: string,
  signal: AbortSignal,
): FilterLook {
  let dueAt = 0
  let isLooking = false

  async function look(host: StoredHost): Promise<void> {
    const startedAt = performance.now()
    isLooking = true
    try {
      const facts = await observeFilter(context.hosts.access(host))
      if (!signal.aborted) board.seeFilter(hostId, judgeFilter(facts))
    } catch (error) {
      if (!signal.aborted) {
        // The next look at the host says what is wrong with it; what was seen before may not be so any more.
        board.seeFilter(hostId, null)
        context.log.info({ err: error, host: hostId }, 'the filter was not looked at')
      }
    }
    isLooking = false
    const now = performance.now()
    dueAt = now + Math.max(context.timeLimits.filterLookEveryMs, pauseFactor * (now - startedAt))
  }

  return {
    lookWhenDue(host) {
      if (host.mode !== 'filtered' || isLooking || performance.now() < dueAt) return
      void look(host)
    },
    makeDue() {
      dueAt = 0
    },
  }
}
