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
 * Writes ends of caches that nobody asked for into the log, each once, at the time that its host says where that can be.
 * Those that ended with their Docker are one entry of the host.
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
  { newId, now }: Pick<ServiceContext, 'newId' | 'now'>,
  host: StoredHost,
  tenantId: string,
  { at, status, outOfMemory }: SeenEnd,
): void {
  const tenant = findTenant(db, tenantId)
  if (tenant === undefined || tenant.hostId !== host.id) return
  const known = listOperations(db, { tenantId, kind: kinds.tenant })
  const problem: Ended = {
    code: 'TENANT_ENDED',
    details: { tenant: tenant.name, host: host.name, at, status, outOfMemory },
  }
  const noted = known.find((each) => isOf(each, problem))
  if (noted !== undefined) {
    // The answers that another look got are not forgotten for one that was not.
    if (status !== null) updateOperation(db, noted.id, { problem })
    return
  }
  if (isFlood(known, now())) return
  insertEnd(db, host, {
    ...{ id: newId(), kind: kinds.tenant, tenantId, tenantName: tenant.name },
    ...{ startedAt: toMoment(at, now()), problem },
  })
}

function noteDocker(
  db: StoreDb,
  { newId, now }: Pick<ServiceContext, 'newId' | 'now'>,
  host: StoredHost,
  at: string,
): void {
  const known = listOperations(db, { hostId: host.id, kind: kinds.docker })
  const problem: Ended = { code: 'DOCKER_RESTARTED', details: { host: host.name, at } }
  const isNoted = known.some((each) => isOf(each, problem))
  if (isNoted || findHost(db, host.id) === undefined) return
  insertEnd(db, host, {
    ...{ id: newId(), kind: kinds.docker, tenantId: null, tenantName: null },
    ...{ startedAt: toMoment(at, now()), problem },
  })
}

type Ended = Extract<Problem, { code: 'TENANT_ENDED' | 'DOCKER_RESTARTED' }>
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

/** Whether an entry is of the same end: by the moment that its host says, as it says it. */
const isOf = ({ problem }: StoredOperation, { details }: Ended): boolean =>
  problem !== null && 'at' in problem.details && problem.details.at === details.at

/** Of a cache that ends again and again the log has so many in an hour, and after that one in ten minutes. */
const mostInHour = 5
const [hour, tenMinutes] = [3_600_000, 600_000]

/** @param known those of a tenant, the newest first */
function isFlood(known: readonly StoredOperation[], now: Date): boolean {
  const isSince = (each: StoredOperation | undefined, ms: number): boolean =>
    each !== undefined && Date.parse(each.startedAt) > now.getTime() - ms
  return isSince(known[0], tenMinutes) && isSince(known[mostInHour - 1], hour)
}

/** In milliseconds. */
const year = 366 * 86_400_000

/**
 * Where an end stands in the log. What a host says is no reason for it to stand before all that is done later, or in a
 * month of its own: a moment that is still to come, long ago or none at all is that of the look.
 */
function toMoment(at: string, now: Date): string {
  const said = Date.parse(at)
  return new Date(said <= now.getTime() && said > now.getTime() - year ? said : now).toISOString()
}
