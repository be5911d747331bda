import type { AnsweredTenant } from '../../../contract/tenant.ts'
import { parseClientSocket } from '../../../core/tenant/client-socket.ts'
import { fail } from '../../../domain/problem-error.ts'
import type { ServiceContext } from '../context.ts'
import { changeTenant } from './change-tenant.ts'
import type { TenantRef } from './find-tenant.ts'

/**
 * Closes one connection of a client, by its own address and port, so that memcached has a place for the panel again. The
 * client learns of it and may connect again.
 * @throws ProblemError INVALID_INPUT where it is no connection of a client of that tenant, or not any more;
 *   HELPER_INCOMPATIBLE, HELPER_FAILED
 */
export async function disconnectClient(
  context: ServiceContext,
  input: TenantRef & { client: string },
): Promise<AnsweredTenant> {
  const client = parseClientSocket(input.client)
  if (client === undefined) {
    const reason = 'it is no address with a port, such as 203.0.113.9:51514 or [2001:db8::9]:51514'
    return fail({ code: 'INVALID_INPUT', details: { field: 'client', given: input.client, reason } })
  }
  const changed = await changeTenant(context, input, {
    kind: 'tenant disconnect',
    marked: true,
    basis: 'look',
    change: () => ({}),
    plan: () => [[{ kind: 'close-connection', ...client }]],
  })
  return changed.tenant
}
