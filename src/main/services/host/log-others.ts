import { anotherPanel } from '../../../contract/activity.ts'
import type { StoredHost } from '../../adapters/store/hosts.ts'
import type { StoreDb } from '../../adapters/store/rows.ts'
import type { ServiceContext } from '../context.ts'
import { beginOperation, endOperation, type OperationSubject } from '../operation/operation-log.ts'

type Done = Pick<OperationSubject, 'kind' | 'tenant' | 'before' | 'after'>

/** Keeps in the log what another panel was seen to have done on a host: when it was seen, without steps. */
export function logOthers(
  db: StoreDb,
  context: Pick<ServiceContext, 'newId' | 'now'>,
  host: StoredHost,
  done: readonly Done[],
  actor: string = anotherPanel,
): void {
  const now = context.now()
  for (const subject of done) {
    const operation = beginOperation(db, { ...context, now: () => now, actor }, { host, ...subject }, [])
    endOperation(db, now, operation, { kind: 'done' })
  }
}
