import { ProblemError } from '../../../domain/problem-error.ts'
import { askVersion } from '../../adapters/memcached/version.ts'
import type { HostAccess } from '../host/host-pool.ts'

/**
 * A change that memcached has to be told of is not begun where its clients hold all connections, also those kept for the
 * panel: half of it could not be taken back either. Any other silence is left to the change itself.
 * @throws ProblemError CONNECTIONS_TAKEN
 */
export async function requireFreeConnection({ link }: HostAccess, port: number | null): Promise<void> {
  if (port === null) return
  await askVersion(link, port).catch((error: unknown) => {
    if (!(error instanceof ProblemError) || error.problem.code === 'CONNECTIONS_TAKEN') throw error
  })
}
