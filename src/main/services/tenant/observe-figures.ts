import { setMaxListeners } from 'node:events'
import pLimit from 'p-limit'
import type { FiguresAnswer, TenantFigures } from '../../../contract/tenant.ts'
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

/** The figures that the caches of these tenants give now, and which of them do not answer. */
export async function observeFigures(
  context: ServiceContext,
  ids: readonly string[],
  signal?: AbortSignal,
): Promise<FiguresAnswer> {
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
  const answers = await Promise.all(
    shelves.map(({ host, tenants }) => observeOfHost(context, context.hosts.access(host), tenants, stop)),
  )
  return join(answers)
}

async function observeOfHost(
  context: ServiceContext,
  access: HostAccess,
  tenants: readonly StoredTenant[],
  signal: AbortSignal,
): Promise<FiguresAnswer> {
  const { link } = access
  const limits = { timeoutMs: eachWithinMs, signal }
  // Figures are asked for every few seconds.
  if (link.info().refused) return nobodyAsked
  // A host that is not there is waited for once, not once for each tenant.
  try {
    await link.connect(limits)
  } catch (error) {
    if (error instanceof ProblemError) return nobodyAsked
    throw error
  }
  const turns = pLimit(atOnce)
  const observe = async ({ id, port }: StoredTenant): Promise<FiguresAnswer> => {
    if (port === null || signal.aborted) return nobodyAsked
    try {
      const stats = await askStats(link, port, undefined, limits)
      const figures = parseFigures(id, context.now().toISOString(), stats)
      return figures === undefined ? silence(id) : { figures: [figures], silent: [] }
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error
      return isSilence(error) ? silence(id) : nobodyAsked
    }
  }
  return join(await Promise.all(tenants.map((tenant) => turns(() => observe(tenant)))))
}

const nobodyAsked: FiguresAnswer = { figures: [], silent: [] }

const silence = (id: string): FiguresAnswer => ({ figures: [], silent: [id] })

/** Whether it is the cache that does not answer, and not its host or that the time for all was over. */
const isSilence = ({ problem }: ProblemError): boolean =>
  problem.code === 'TIMED_OUT' || problem.code === 'PORT_UNREACHABLE'

function join(answers: readonly FiguresAnswer[]): FiguresAnswer {
  return {
    figures: answers.flatMap(({ figures }): TenantFigures[] => figures),
    silent: answers.flatMap(({ silent }) => silent),
  }
}
