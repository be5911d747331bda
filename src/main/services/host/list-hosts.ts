import type { ListedHost } from '../../../contract/host.ts'
import { listHosts as listStored } from '../../adapters/store/hosts.ts'
import type { ServiceContext } from '../context.ts'
import { viewHost } from './view-host.ts'
import { viewPending } from './view-pending.ts'

/** All hosts by name, as the store knows them; none is asked. */
export function listHosts({ store }: ServiceContext): Promise<ListedHost[]> {
  return store.read((db) =>
    listStored(db).map((host) => ({ ...viewHost(db, host), pending: viewPending(db, host.id) })),
  )
}
