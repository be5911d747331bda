import { isDeepStrictEqual } from 'node:util'
import { describeDoubt } from '../../core/host/describe-server.ts'
import { judgeServer, type ServerDoubt } from '../../core/host/judge-server.ts'
import { fail, ProblemError } from '../../domain/problem-error.ts'
import { withLimit } from '../adapters/limit.ts'
import { observeHostFacts } from '../adapters/netfilter/host-facts.ts'
import {
  confirmBoot,
  confirmRegistryId,
  findHost,
  listHosts,
  type StoredHost,
  updateHost,
} from '../adapters/store/hosts.ts'
import type { StoreDb } from '../adapters/store/rows.ts'
import { findTenant } from '../adapters/store/tenants.ts'
import type { ServiceContext } from '../services/context.ts'
import type { HostAccess } from '../services/host/host-pool.ts'

/** Whether and why a host is not taken for the server that it was, by what was last seen of it. */
export function readDoubt(db: StoreDb, hostId: string): ServerDoubt | null {
  const host = findHost(db, hostId)
  return host === undefined ? null : judgeServer(host, listHosts(db))
}

/**
 * Finds out which server a host is now, by the id of its registry, and keeps it from first contact on. Another id than the
 * one that is kept only counts when the operator has accepted it; until then nothing is changed or taken in there.
 * @param session a helper of the host that answers soon
 * @throws ProblemError of the helper session
 */
export async function followServer(
  context: ServiceContext,
  access: HostAccess,
  session = access.helper,
): Promise<ServerDoubt | null> {
  const { hostId } = await session.request<'hello'>({ op: 'hello' })
  return settleServer(context, access, hostId)
}

/** The same, where its helper has just introduced itself. */
export async function settleServer(
  context: ServiceContext,
  access: HostAccess,
  registryId: string | null,
): Promise<ServerDoubt | null> {
  const { id } = access.host
  const before = await context.store.read((db) => readDoubt(db, id))
  if (registryId !== null) await keepSeen(context, id, registryId)
  const seen = await context.store.read((db) => readDoubt(db, id))
  const doubt = seen?.kind === 'twin' ? await observeTwins(context, access) : seen
  if (doubt !== null && !isDeepStrictEqual(doubt, before)) {
    const { sentence, advice } = describeDoubt(access.host.name, doubt)
    context.notices.add(`${sentence} ${advice}`)
  }
  return doubt
}

async function keepSeen({ store }: ServiceContext, id: string, registryId: string): Promise<void> {
  const isNew = await store.read((db) => {
    const host = findHost(db, id)
    if (host === undefined) return false
    if (host.registryId === null) return host.seenRegistryId !== registryId || !isTaken(db, id, registryId)
    return (host.seenRegistryId ?? host.registryId) !== registryId
  })
  if (!isNew) return
  await store.write((db) => {
    const host = findHost(db, id)
    if (host === undefined) return
    const isFirst = host.registryId === null && !isTaken(db, id, registryId)
    if (isFirst) confirmRegistryId(db, id, registryId)
    const isOwn = isFirst || host.registryId === registryId
    updateHost(db, id, { seenRegistryId: isOwn ? null : registryId })
  })
}

/** Whether another host had that registry before: a server can say any id that it knows. */
const isTaken = (db: StoreDb, id: string, registryId: string): boolean =>
  listHosts(db).some(
    (other) => other.id !== id && other.registryId === registryId && other.seenRegistryId === null,
  )

/** One server has one id of its last start, whatever it is called: both hosts are asked, once for each connection. */
async function observeTwins(context: ServiceContext, access: HostAccess): Promise<ServerDoubt | null> {
  const { store, hosts } = context
  const { id } = access.host
  if (access.seen.twins !== true) {
    access.seen.twins = true
    const other = await store.read((db) => {
      const doubt = readDoubt(db, id)
      return doubt?.kind === 'twin' ? listHosts(db).find(({ name }) => name === doubt.other) : undefined
    })
    await Promise.all([
      keepBoot(context, access),
      other === undefined ? null : keepBoot(context, hosts.access(other)),
    ])
  }
  return store.read((db) => readDoubt(db, id))
}

/** Where a host does not answer, what was seen of it before counts. */
async function keepBoot({ store, log }: ServiceContext, access: HostAccess): Promise<void> {
  const { host, link, timeLimits } = access
  try {
    const limit = { host: host.name, action: 'look which server it is', timeoutMs: timeLimits.lookMs }
    const { bootId } = await withLimit(limit, (signal) => observeHostFacts(link, host.name, { signal }))
    if (bootId === null) return
    await store.write((db) => {
      if (findHost(db, host.id)?.bootId === bootId) return
      confirmBoot(db, host.id, bootId)
    })
  } catch (error) {
    log.warn({ err: error, host: host.id }, 'which start of the server it is could not be seen')
  }
}

/**
 * That a server has no record of a tenant says nothing of who gets in, where it is not the server that the tenant was on.
 * @throws ProblemError SERVER_REPLACED; of the helper session
 */
export async function requireSameServer(
  { store }: Pick<ServiceContext, 'store'>,
  { host: { id, mode }, closer }: HostAccess,
  tenantId: string,
): Promise<void> {
  if (mode !== 'filtered') return
  const host = await store.read((db) => findHost(db, id))
  if (host === undefined || host.registryId === null) return
  const { hostId } = await closer.request<'hello'>({ op: 'hello' })
  if (hostId !== host.registryId) await failReplacedFor(store, host, tenantId)
}

/**
 * The same before anything is closed there, by what the helper said at the start of its session: no round trip. When this
 * returns that helper is there, unless the server has no place for it.
 * @throws ProblemError SERVER_REPLACED; of the helper session
 */
export async function requireServerAtStart(
  { store }: Pick<ServiceContext, 'store'>,
  { host: { id, mode }, closer }: HostAccess,
  tenantId: string,
): Promise<void> {
  if (mode !== 'filtered') return
  const host = await store.read((db) => findHost(db, id))
  if (host === undefined) return
  const seen = await closer.observeRegistry().catch((error: unknown) => {
    // A server that allows one session only has it for the other helper already, which closes it then.
    if (error instanceof ProblemError && error.problem.code === 'COMMAND_FAILED') return null
    throw error
  })
  const isOther = seen !== null && host.registryId !== null && seen !== host.registryId
  if (isOther) await failReplacedFor(store, host, tenantId)
}

/**
 * For every change on a host that no closing is.
 * @param tenant the name of the tenant that is to be changed, if it is about one
 * @throws ProblemError SERVER_REPLACED, SERVER_TWICE
 */
export function requireNoDoubt(db: StoreDb, hostId: string, tenant?: string): void {
  const host = findHost(db, hostId)
  const doubt = readDoubt(db, hostId)
  if (host === undefined || doubt === null) return
  if (doubt.kind === 'replaced') failReplaced(host, tenant)
  const { other, isSame } = doubt
  fail({ code: 'SERVER_TWICE', details: { host: host.name, other, isSame } })
}

/**
 * For what is the same for all names of a server.
 * @throws ProblemError SERVER_REPLACED
 */
export function requireNotReplaced(db: StoreDb, hostId: string): void {
  const host = findHost(db, hostId)
  if (host !== undefined && host.registryId !== null && host.seenRegistryId !== null) failReplaced(host)
}

async function failReplacedFor(
  store: ServiceContext['store'],
  host: StoredHost,
  tenantId: string,
): Promise<never> {
  const tenant = await store.read((db) => findTenant(db, tenantId))
  return failReplaced(host, tenant?.name ?? tenantId)
}

function failReplaced({ name }: Pick<StoredHost, 'name'>, tenant?: string): never {
  const details = { host: name, ...(tenant === undefined ? {} : { tenant }) }
  return fail({ code: 'SERVER_REPLACED', details })
}
