import type { Problem } from '../../../contract/problem.ts'
import type { SeenEnd } from '../../../core/tenant/judge-end.ts'
import { readLoss } from '../../../domain/tenant-faults.ts'
import { findHost, type StoredHost } from '../../adapters/store/hosts.ts'
import {
  insertOperation,
  listOperations,
  type StoredOperation,
  updateOperation,
} from '../../adapters/store/operations.ts'
import type { StoreDb } from '../../adapters/store/rows.ts'
import { findTenant } from '../../adapters/store/tenants.ts'
import type { ServiceContext } from '../context.ts'
import type { ObservedTenants } from './observe-tenants.ts'

/** The kinds of these entries in the log, which are no commands. */
const kinds = { tenant: 'tenant end', docker: 'host docker' } as const

/**
 * Writes ends of caches that nobody asked for into the log, each once, at the time that its host says. Those that ended with
 * their Docker are one entry of the host.
 */
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
  const began = new Set(news.flatMap(({ loss }) => loss.dockerBegan ?? []))
  await context.store.write((db) => {
    for (const { id, loss } of news) if (loss.dockerBegan === null) noteLoss(db, context, host, id, loss)
    for (const at of began) noteDocker(db, context, host, at)
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
  const moment = toMoment(at)
  const known = listOperations(db, { tenantId, kind: kinds.tenant })
  const problem: Problem = {
    code: 'TENANT_ENDED',
    details: { tenant: tenant.name, host: host.name, at, status, outOfMemory },
  }
  const noted = known.find((each) => each.startedAt === moment)
  if (noted !== undefined) {
    // The answers that another look got are not forgotten for one that was not.
    if (status !== null) updateOperation(db, noted.id, { problem })
    return
  }
  insertEnd(db, host, {
    ...{ id: newId(), kind: kinds.tenant, tenantId, tenantName: tenant.name },
    ...{ startedAt: moment, problem },
  })
}

function noteDocker(
  db: StoreDb,
  { newId }: Pick<ServiceContext, 'newId'>,
  host: StoredHost,
  at: string,
): void {
  const startedAt = toMoment(at)
  const known = listOperations(db, { hostId: host.id, kind: kinds.docker })
  const isNoted = known.some((each) => each.startedAt === startedAt)
  if (isNoted || findHost(db, host.id) === undefined) return
  const problem: Problem = { code: 'DOCKER_RESTARTED', details: { host: host.name, at } }
  insertEnd(db, host, {
    ...{ id: newId(), kind: kinds.docker, tenantId: null, tenantName: null },
    ...{ startedAt, problem },
  })
}

type End = Pick<StoredOperation, 'id' | 'kind' | 'tenantId' | 'tenantName' | 'startedAt' | 'problem'>

const insertEnd = (db: StoreDb, { id, name }: StoredHost, end: End): void =>
  insertOperation(db, {
    ...{ ...end, hostId: id, hostName: name },
    // Nobody did it.
    actor: name,
    finishedAt: end.startedAt,
    outcome: 'failed',
    ...{ before: null, after: null, steps: [] },
  })

const toMoment = (at: string): string => new Date(at).toISOString()
