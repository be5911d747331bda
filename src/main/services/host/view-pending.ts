import type { ListedHost } from '../../../contract/host.ts'
import { listPendingClosings } from '../../adapters/store/closings.ts'
import type { StoreDb } from '../../adapters/store/rows.ts'
import { describePending } from '../operation/describe-work.ts'

/** The access of tenants of a host that was taken away and is not closed for certain, the oldest first. */
export function viewPending(db: StoreDb, hostId: string): ListedHost['pending'] {
  return listPendingClosings(db, hostId).flatMap((closing) =>
    describePending([closing]).map((told) => ({ ...told, tenant: closing.operation.tenantName ?? '' })),
  )
}
