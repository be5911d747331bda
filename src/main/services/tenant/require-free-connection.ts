import type { LongestIdle } from '../../../contract/problem.ts'
import { fail, ProblemError } from '../../../domain/problem-error.ts'
import { askVersion } from '../../adapters/memcached/version.ts'
import type { HostAccess } from '../host/host-pool.ts'

/**
 * A change that memcached has to be told of is not begun where its clients hold all connections, also those kept for the
 * panel: half of it could not be taken back either. Any other silence is left to the change itself.
 * @throws ProblemError CONNECTIONS_TAKEN, with the connection that is idle the longest
 */
export async function requireFreeConnection(
  access: HostAccess,
  tenant: { readonly id: string; readonly name: string },
  port: number | null,
): Promise<void> {
  if (port === null) return
  try {
    await askVersion(access.link, port)
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    if (error.problem.code !== 'CONNECTIONS_TAKEN') return
    const idle = await observeLongestIdle(access, tenant.id)
    const named = idle === null ? {} : { idle: { tenant: tenant.name, ...idle } }
    fail({ code: 'CONNECTIONS_TAKEN', details: { ...error.problem.details, ...named } }, error)
  }
}

const within = { timeoutMs: 2_000 }

/** As the kernel of the host has it; null where there is none, or nobody can say. */
async function observeLongestIdle(
  { helper, host }: HostAccess,
  tenantId: string,
): Promise<Omit<LongestIdle, 'tenant'> | null> {
  if (host.mode !== 'filtered') return null
  try {
    const asked = { op: 'clients', tenantIds: [tenantId], idle: true } as const
    const { clients } = await helper.request<'clients'>(asked, within)
    return clients[0]?.longestIdle ?? null
  } catch (error) {
    // A helper that cannot say it leaves the problem what it is.
    if (error instanceof ProblemError) return null
    throw error
  }
}
