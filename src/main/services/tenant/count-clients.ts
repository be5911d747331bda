import type { CountedClients } from '../../../core/tenant/vital.ts'
import { isAtLeast } from '../../../domain/helper-version.ts'
import { ProblemError } from '../../../domain/problem-error.ts'
import type { HostAccess } from '../host/host-pool.ts'

/** The first helper that can count; an earlier build of it refuses. */
const countingFrom = '1.3.0'
/** As many as the helper takes at once. */
const mostAtOnce = 50
const within = { timeoutMs: 2_000 }

/**
 * The connections that clients of tenants hold, by id, as the kernel of their host has them. No memcached is asked: one
 * whose clients hold all of its connections answers nobody. Who cannot be counted is left out.
 */
export async function countClients(
  { helper, host }: HostAccess,
  tenantIds: readonly string[],
): Promise<ReadonlyMap<string, CountedClients>> {
  if (host.mode !== 'filtered') return new Map()
  try {
    if (!isAtLeast(await helper.observeVersion(), countingFrom)) return new Map()
    const asked = { op: 'clients', tenantIds: tenantIds.slice(0, mostAtOnce) } as const
    const { clients } = await helper.request<'clients'>(asked, within)
    return new Map(clients.map(({ tenantId, ...counted }) => [tenantId, counted]))
  } catch (error) {
    if (error instanceof ProblemError) return new Map()
    throw error
  }
}
