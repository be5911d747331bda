import type { Problem } from '../../../contract/problem.ts'
import type { SeenEnd } from '../../../core/tenant/judge-end.ts'
import { readLoss } from '../../../domain/tenant-faults.ts'
import type { StoredHost } from '../../adapters/store/hosts.ts'
import { insertOperation, listOperations, updateOperation } from '../../adapters/store/operations.ts'
import type { StoreDb } from '../../adapters/store/rows.ts'
import { findTenant } from '../../adapters/store/tenants.ts'
import type { ServiceContext } from '../context.ts'
import type { ObservedTenants } from './observe-tenants.ts'

/** The kind of these entries in the log, which is no command. */
const kind = 'tenant end'

/** Writes ends of caches that nobody asked for into the log, each once, at the time that its host says. */
export async function noteLosses(
  context: ServiceContext,
  host: StoredHost,
  { containers }: Pick<ObservedTenants, 'containers'>,
): Promise<void> {
  const { ends } = context.hosts.access(host).seen
  const news = [...containers].flatMap(([id, container]) => {
    const loss = readLoss(container)
    return loss === null || ends.get(id) === toWord(loss) ? [] : [{ id, loss }]
  })
  if (news.length === 0) return
  await context.store.write((db) => {
    for (const { id, loss } of news) noteLoss(db, context, host, id, loss)
  })
  for (const { id, loss } of news) ends.set(id, toWord(loss))
}

/** How it ended may be told after the end itself. */
const toWord = ({ at, status, outOfMemory }: SeenEnd): string => JSON.stringify([at, status, outOfMemory])

function noteLoss(
  db: StoreDb,
  { newId }: Pick<ServiceContext, 'newId'>,
  host: StoredHost,
  tenantId: string,
  { at, status, outOfMemory }: SeenEnd,
): void {
  const tenant = findTenant(db, tenantId)
  if (tenant === undefined || tenant.hostId !== host.id) return
  const moment = new Date(at).toISOString()
  const known = listOperations(db, { tenantId })
  const problem: Problem = {
    code: 'TENANT_ENDED',
    details: { tenant: tenant.name, host: host.name, at, status, outOfMemory },
  }
  const noted = known.find((each) => each.kind === kind && each.startedAt === moment)
  if (noted !== undefined) {
    // The answers that another look got are not forgotten for one that was not.
    if (status !== null) updateOperation(db, noted.id, { problem })
    return
  }
  insertOperation(db, {
    ...{ id: newId(), kind, tenantId, tenantName: tenant.name, hostId: host.id, hostName: host.name },
    // Nobody did it.
    actor: host.name,
    ...{ startedAt: moment, finishedAt: moment },
    outcome: 'failed',
    problem,
    ...{ before: null, after: null, steps: [] },
  })
}
