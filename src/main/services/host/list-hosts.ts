import type { ListedHost } from '../../../contract/host.ts'
import { listPendingClosings } from '../../adapters/store/closings.ts'
import { listHosts as listStored } from '../../adapters/store/hosts.ts'
import type { ServiceContext } from '../context.ts'
import { describePending } from '../operation/describe-work.ts'
import { viewHost } from './view-host.ts'

/** All hosts by name, as the store knows them; none is asked. */
export function listHosts({ store }: ServiceContext): Promise<ListedHost[]> {
  return store.read((db) =>
    listStored(db).map((host) => {
      const pending = listPendingClosings(db, host.id).flatMap((closing) =>
        describePending([closing]).map((told) => ({ ...told, tenant: closing.operation.tenantName ?? '' })),
      )
      return { ...viewHost(db, host), pending }
    }),
  )
}
