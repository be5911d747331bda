import { listPendingClosings } from '../../adapters/store/closings.ts'
import type { StoreDb } from '../../adapters/store/rows.ts'
import { listUnfinishedIds } from '../../adapters/store/unfinished.ts'
import type { ServiceContext } from '../context.ts'

/**
 * Whether a record of a host may be taken in: not while this program is at work on its tenant, something of it is
 * unfinished, the host's history is not judged by it, or access to it is still to be taken away or was since the records were asked for. A closing may begin while
 * they are judged, so whoever writes asks once more in the same transaction.
 * @param since when the records were asked for, on the monotonic clock
 * @param own an operation that does not count as work on its tenant
 */
export function freeReader(
  db: StoreDb,
  { running, hosts }: Pick<ServiceContext, 'running' | 'hosts'>,
  host: Parameters<ServiceContext['hosts']['access']>[0],
  { since, own }: { readonly since: number; readonly own?: string | undefined },
): (tenantId: string) => boolean {
  const { closedAt, unjudged } = hosts.access(host).seen
  const closing = listPendingClosings(db, host.id).map(({ operation }) => operation.tenantId)
  const left = new Set([...listUnfinishedIds(db, host.id), ...closing, ...(unjudged ?? [])])
  return (id) => !running.isBusy(id, own) && !left.has(id) && (closedAt.get(id) ?? since) <= since
}
