import { type ClientSocket, renderClientSocket } from '../../../core/tenant/client-socket.ts'
import { isAtLeast } from '../../../domain/helper-version.ts'
import { fail } from '../../../domain/problem-error.ts'
import type { HostAccess } from '../host/host-pool.ts'

/** The first helper that can; an earlier build of it refuses. */
const closingFrom = '1.3.0'

/**
 * Has the host's kernel close a connection of a client.
 * @throws ProblemError INVALID_INPUT where there is none of that kind; HELPER_INCOMPATIBLE, HELPER_FAILED
 */
export async function closeConnection(
  { helper, host }: HostAccess,
  tenantId: string,
  { address, port }: ClientSocket,
): Promise<void> {
  const found = await helper.observeVersion()
  if (!isAtLeast(found, closingFrom)) {
    fail({ code: 'HELPER_INCOMPATIBLE', details: { host: host.name, found, speaks: closingFrom } })
  }
  const { closed } = await helper.request<'disconnect'>({ op: 'disconnect', tenantId, address, port })
  if (closed) return
  const reason = 'is no connection of a client of that tenant, or not any more'
  fail({
    code: 'INVALID_INPUT',
    details: { field: 'client', given: renderClientSocket({ address, port }), reason },
  })
}
