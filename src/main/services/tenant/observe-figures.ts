import { setMaxListeners } from 'node:events'
import pLimit from 'p-limit'
import type { TenantFigures } from '../../../contract/tenant.ts'
import { ProblemError } from '../../../domain/problem-error.ts'
import { parseFigures } from '../../../domain/tenant-figures.ts'
import { askStats } from '../../adapters/memcached/stats.ts'
import { findHost } from '../../adapters/store/hosts.ts'
import { groupBy } from '../../adapters/store/rows.ts'
import { listTenantsById, type StoredTenant } from '../../adapters/store/tenants.ts'
import type { ServiceContext } from '../context.ts'
import type { HostAccess } from '../host/host-pool.ts'

/** At once on one host: each takes a channel of its connection. */
const atOnce = 8
const eachWithinMs = 2_000
/** However many do not answer, the caller gets the others after this time. */
const allWithinMs = 6_000

/** What the caches of these tenants say of themselves now; those that do not answer are left out. */
export async function observeFigures(
  context: ServiceContext,
  ids: readonly string[],
  signal?: AbortSignal,
): Promise<TenantFigures[]> {
  const shelves = await context.store.read((db) => {
    const present = listTenantsById(db, ids).filter(({ phase, port }) => phase === 'present' && port !== null)
    return [...groupBy(present, ({ hostId }) => hostId)].flatMap(([hostId, tenants]) => {
      const host = findHost(db, hostId)
      return host === undefined ? [] : [{ host, tenants }]
    })
  })
  const time = AbortSignal.timeout(allWithinMs)
  const stop = signal === undefined ? time : AbortSignal.any([signal, time])
  // All questions of all hosts listen to it; Node would take more than ten for a leak.
  setMaxListeners(0, stop)
  const figures = await Promise.all(
    shelves.map(({ host, tenants }) => observeOfHost(context, context.hosts.access(host), tenants, stop)),
  )
  return figures.flat()
}

async function observeOfHost(
  context: ServiceContext,
  access: HostAccess,
  tenants: readonly StoredTenant[],
  signal: AbortSignal,
): Promise<TenantFigures[]> {
  const { link } = access
  const limits = { timeoutMs: eachWithinMs, signal }
  // Figures are asked for every few seconds.
  if (link.info().refused) return []
  // A host that is not there is waited for once, not once for each tenant.
  const isReached = await answered(link.connect(limits).then(() => true))
  if (isReached === undefined) return []
  const turns = pLimit(atOnce)
  const observe = async ({ id, port }: StoredTenant): Promise<TenantFigures[]> => {
    if (port === null || signal.aborted) return []
    const stats = await answered(askStats(link, port, undefined, limits))
    const figures = stats === undefined ? undefined : parseFigures(id, context.now().toISOString(), stats)
    return figures === undefined ? [] : [figures]
  }
  const found = await Promise.all(tenants.map((tenant) => turns(() => observe(tenant))))
  return found.flat()
}

/** Undefined for whatever a host or a cache can do instead of answering. */
async function answered<T>(question: Promise<T>): Promise<T | undefined> {
  try {
    return await question
  } catch (error) {
    if (error instanceof ProblemError) return undefined
    throw error
  }
}
