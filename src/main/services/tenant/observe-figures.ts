import { setMaxListeners } from 'node:events'
import pLimit from 'p-limit'
import type { FiguresAnswer, TenantFigures } from '../../../contract/tenant.ts'
import { ProblemError } from '../../../domain/problem-error.ts'
import { parseFigures } from '../../../domain/tenant-figures.ts'
import type { CallOptions } from '../../adapters/link.ts'
import { askStats } from '../../adapters/memcached/stats.ts'
import { findHost } from '../../adapters/store/hosts.ts'
import { groupBy } from '../../adapters/store/rows.ts'
import { listTenantsById, type StoredTenant } from '../../adapters/store/tenants.ts'
import type { ServiceContext } from '../context.ts'
import type { HostAccess } from '../host/host-pool.ts'
import { noteFlush } from '../live/note-flush.ts'
import { countClients } from './count-clients.ts'

/** At once on one host: each takes a channel of its connection. */
const atOnce = 8

/** In milliseconds. */
export interface FiguresLimits {
  readonly eachMs: number
  /** However many do not answer, the caller gets the others after this time. */
  readonly allMs: number
}

const usualLimits: FiguresLimits = { eachMs: 2_000, allMs: 6_000 }

/** The figures that the caches of these tenants give now, and which of them do not answer; both are kept as vitals. */
export async function observeFigures(
  context: ServiceContext,
  ids: readonly string[],
  signal?: AbortSignal,
  limits = usualLimits,
): Promise<FiguresAnswer> {
  const shelves = await context.store.read((db) => {
    const present = listTenantsById(db, ids).filter(({ phase, port }) => phase === 'present' && port !== null)
    return [...groupBy(present, ({ hostId }) => hostId)].flatMap(([hostId, tenants]) => {
      const host = findHost(db, hostId)
      return host === undefined ? [] : [{ host, tenants }]
    })
  })
  const answers = await Promise.all(
    shelves.map(({ host, tenants }) =>
      observeOfHost(context, context.hosts.access(host), tenants, limits, signal),
    ),
  )
  return {
    figures: answers.flatMap(({ figures }) => figures),
    silent: answers.flatMap(({ silent }) => silent),
    held: Object.assign({}, ...answers.map(({ held }) => held)),
  }
}

/** The same of tenants of one host. */
export async function observeOfHost(
  context: ServiceContext,
  access: HostAccess,
  tenants: readonly StoredTenant[],
  { eachMs, allMs }: FiguresLimits,
  signal?: AbortSignal,
): Promise<FiguresAnswer> {
  const { link } = access
  const time = AbortSignal.timeout(allMs)
  const stop = signal === undefined ? time : AbortSignal.any([signal, time])
  // All questions listen to it; Node would take more than ten for a leak.
  setMaxListeners(0, stop)
  const limits = { timeoutMs: eachMs, signal: stop }
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
  const ask = (tenant: StoredTenant) => turns(() => askFigures(context, access, tenant, limits))
  const answer = join(await Promise.all(tenants.map(ask)))
  return { ...answer, held: await keepSilences(context, access, answer) }
}

/** Asks one cache. What it says is kept as its vital; that it says nothing is not. */
export async function askFigures(
  context: ServiceContext,
  access: HostAccess,
  tenant: StoredTenant,
  limits: CallOptions,
): Promise<Asked> {
  const { id, port, memoryMb } = tenant
  if (port === null || limits.signal?.aborted === true) return nobodyAsked
  try {
    const stats = await askStats(access.link, port, undefined, limits)
    await noteFlush(context, access, tenant, stats)
    const figures = parseFigures(id, context.now().toISOString(), stats)
    if (figures === undefined) return silenceOf(id)
    context.vitals.putAnswer(figures, memoryMb)
    return { figures: [figures], silent: [], refused: [] }
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    return isSilence(error) ? silenceOf(id, error.problem.code === 'CONNECTIONS_TAKEN') : nobodyAsked
  }
}

/** @returns the connections that clients hold of those that are silent, as far as the host can count them */
async function keepSilences(
  { vitals }: ServiceContext,
  access: HostAccess,
  { silent, refused }: Asked,
): Promise<FiguresAnswer['held']> {
  if (silent.length === 0) return {}
  const counted = await countClients(access, silent)
  for (const id of silent) {
    vitals.putSilence(id, { isRefused: refused.includes(id), clients: counted.get(id) ?? null })
  }
  return Object.fromEntries([...counted].map(([id, { held }]) => [id, held]))
}

/** Answers of the tenants of one host; `refused` are those of the silent ones that take no more connections. */
interface Asked extends Pick<FiguresAnswer, 'figures' | 'silent'> {
  readonly refused: readonly string[]
}

const nobodyAsked: Asked & FiguresAnswer = { figures: [], silent: [], refused: [], held: {} }

const silenceOf = (id: string, isRefused = false): Asked => ({
  ...{ figures: [], silent: [id], refused: isRefused ? [id] : [] },
})

/** Whether it is the cache that does not answer, and not its host or that the time for all was over. */
const isSilence = ({ problem }: ProblemError): boolean =>
  ['TIMED_OUT', 'PORT_UNREACHABLE', 'CONNECTIONS_TAKEN'].includes(problem.code)

function join(answers: readonly Asked[]): Asked {
  return {
    figures: answers.flatMap(({ figures }): TenantFigures[] => figures),
    silent: answers.flatMap(({ silent }) => silent),
    refused: answers.flatMap(({ refused }) => refused),
  }
}
