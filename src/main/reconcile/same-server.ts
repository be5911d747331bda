import { fail } from '../../domain/problem-error.ts'
import { listPendingClosings } from '../adapters/store/closings.ts'
import { confirmRegistryId, findHost, type StoredHost } from '../adapters/store/hosts.ts'
import type { ServiceContext } from '../services/context.ts'
import type { HostAccess } from '../services/host/host-pool.ts'

/**
 * Keeps which server a host is, by the id of its registry. While access is still to be closed there it stays the one that
 * was asked for it: the address of a host can be edited meanwhile.
 */
export async function keepRegistryId(
  { store }: Pick<ServiceContext, 'store'>,
  host: StoredHost,
  registryId: string | null,
): Promise<void> {
  if (registryId === null || registryId === host.registryId) return
  await store.write((db) => {
    const isFree = host.registryId === null || listPendingClosings(db, host.id).length === 0
    if (isFree) confirmRegistryId(db, host.id, registryId)
  })
}

/**
 * That a server has no record of a tenant says nothing of who gets in, where it is not the server that the tenant was on.
 * @throws ProblemError SERVER_REPLACED; of the helper session
 */
export async function requireSameServer(
  { store }: Pick<ServiceContext, 'store'>,
  { host: { id, mode }, closer }: HostAccess,
  tenant: string,
): Promise<void> {
  if (mode !== 'filtered') return
  const host = await store.read((db) => findHost(db, id))
  if (host === undefined || host.registryId === null) return
  const { hostId } = await closer.request<'hello'>({ op: 'hello' })
  if (hostId !== host.registryId) fail({ code: 'SERVER_REPLACED', details: { host: host.name, tenant } })
}
