import { silentTimes } from '../../../core/tenant/judge-health.ts'
import type { StoredTenant } from '../../adapters/store/tenants.ts'
import type { ServiceContext } from '../context.ts'
import type { HostAccess } from '../host/host-pool.ts'
import { type FiguresLimits, observeOfHost } from './observe-figures.ts'

/** A list of thousands is not waited for longer, and the others of it stay unknown. */
const limits: FiguresLimits = { eachMs: 1_000, allMs: 2_500 }

/**
 * Asks the caches of tenants of one host, for a list of them: what they say is kept as vitals. One that does not answer is
 * asked again, until it is certain.
 */
export async function askCaches(
  context: ServiceContext,
  access: HostAccess,
  tenants: readonly StoredTenant[],
): Promise<void> {
  let left = tenants.filter(({ phase }) => phase === 'present')
  for (let time = 0; time < silentTimes && left.length > 0; time += 1) {
    const { silent } = await observeOfHost(context, access, left, limits)
    const unclear = new Set(silent)
    left = left.filter(({ id }) => {
      const vital = context.vitals.get(id)
      const isCertain = vital?.kind === 'silent' && (vital.isRefused || vital.times >= silentTimes)
      return unclear.has(id) && !isCertain
    })
  }
}
