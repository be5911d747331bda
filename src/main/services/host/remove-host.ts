import { fail } from '../../../domain/problem-error.ts'
import { deleteHost } from '../../adapters/store/hosts.ts'
import { listTenants } from '../../adapters/store/tenants.ts'
import type { ServiceContext } from '../context.ts'
import { beginOperation, endOperation } from '../operation/operation-log.ts'
import { requireHost } from './find-host.ts'

/**
 * Forgets a host. With tenants on it that is refused, unless they shall go on there without this panel: the host keeps
 * them and their allowlists, and adding it again brings them back.
 * @throws ProblemError HOST_HAS_TENANTS
 */
export async function removeHost(
  context: ServiceContext,
  input: { name: string; forget: boolean },
): Promise<{ forgotten: string[] }> {
  const { id, forgotten } = await context.store.write((db) => {
    const host = requireHost(db, input.name)
    const forgotten = listTenants(db, { hostId: host.id }).map((tenant) => tenant.name)
    if (forgotten.length > 0 && !input.forget) {
      fail({ code: 'HOST_HAS_TENANTS', details: { host: host.name, tenants: forgotten } })
    }
    deleteHost(db, host.id)
    const subject = { kind: 'host remove', host, tenant: null, before: forgotten }
    const operation = beginOperation(db, context, subject, [
      { kind: 'forget', sentence: `Forget ${host.name}` },
    ])
    endOperation(db, context.now(), operation, { kind: 'done' })
    return { id: host.id, forgotten }
  })
  await context.hosts.forget(id)
  return { forgotten }
}
