import { listSigns } from '../../core/plan/put-back.ts'
import { fail } from '../../domain/problem-error.ts'
import type { TenantRecord } from '../../domain/tenant-plan.ts'
import type { HelperSession } from '../adapters/netfilter/session.ts'
import { confirmHistory, findHost, forgetHistory } from '../adapters/store/hosts.ts'
import { listRevisionsOf } from '../adapters/store/tenants.ts'
import { type HistoryJudgement, judgeHistory } from '../hosts/registry/judge-history.ts'
import type { ServiceContext } from '../services/context.ts'
import type { HostAccess } from '../services/host/host-pool.ts'
import { observeRecords } from '../services/tenant/observe-tenants.ts'
import { observeReopened, type Reopened } from './observe-reopened.ts'
import { settleServer } from './same-server.ts'
import { nothingLeft, type Settled, settleMemory } from './settle-memory.ts'

/**
 * Finds out whether the memory of a host was put back to an older state, by a look at its records. If so, what this panel
 * had closed there is closed again at once, and everything else that differs is kept as a question to the operator.
 * @param records as they were seen; what they hint at is looked at again before it counts. Null: only the history tells
 * @param options `session`: a helper of the host that answers soon; `own`: an operation that does not count as work on its
 *   tenant
 * @returns whether the host waits for an answer, is another server, or cannot be asked now: nothing of it is taken in then
 * @throws ProblemError of the connection or the helper
 */
export async function followPutBack(
  context: ServiceContext,
  access: HostAccess,
  records: ReadonlyMap<string, Pick<TenantRecord, 'revision'>> | null,
  options: FollowOptions = {},
): Promise<boolean> {
  return (await settlePutBack(context, access, records, options)).isMarked
}

/**
 * The same before recovery follows what a host has of a tenant: an entry that stays there would be taken in with the rest.
 * @throws ProblemError whatever keeps the host from closing it, or from saying whether it was put back
 */
export async function requireClosedAgain(
  context: ServiceContext,
  access: HostAccess,
  tenantId: string,
): Promise<void> {
  const { host, link } = access
  if (host.mode !== 'filtered') return
  const { left } = await settlePutBack(context, access, await observeRecords(access), {
    recovering: tenantId,
  })
  const own = left.find(({ again }) => again.tenantId === tenantId)
  if (own !== undefined) fail(own.problem)
  if (link.info().connected) return
  const reason = 'the connection was lost'
  fail({ code: 'HOST_UNREACHABLE', details: { host: host.name, address: host.name, reason } })
}

interface FollowOptions {
  readonly session?: HelperSession
  readonly own?: string
  /** A tenant that recovery is about to follow. */
  readonly recovering?: string
}

async function settlePutBack(
  context: ServiceContext,
  access: HostAccess,
  records: ReadonlyMap<string, Pick<TenantRecord, 'revision'>> | null,
  { session = access.helper, own, recovering }: FollowOptions,
): Promise<Settled> {
  if (access.host.mode !== 'filtered') return nothingLeft
  // As it is together with the store: another question for the history may end before this one.
  const unjudgedYet = access.seen.historyJudged === true ? (access.seen.unjudged ?? new Set()) : undefined
  const { host, signs } = await context.store.read((db) => ({
    host: findHost(db, access.host.id),
    signs: records === null ? [] : listSigns(listRevisionsOf(db, access.host.id), records),
  }))
  if (host === undefined) return nothingLeft
  // By itself it opens no connection: a login that was refused is tried again by people only.
  if (!access.link.info().connected) return notKnown
  const hello = await session.request<'hello'>({ op: 'hello' })
  // Of another server nothing tells whether this host was put back.
  if ((await settleServer(context, access, hello.hostId)) !== null) return notKnown
  const { revision, history } = host
  const known = revision === null || history === null ? null : { revision, history }
  const judged = await judgeHistory(session, known, hello)
  const { isReopened, unjudged } =
    known === null || unjudgedYet?.size === 0
      ? noneReopened
      : await observeReopened(context, access, known.revision, unjudgedYet, recovering)
  access.seen.unjudged = unjudged
  const isAnother = judged.kind === 'another' || judged.kind === 'lost' || isReopened
  const isSuspect =
    host.putBack !== null || isAnother || (signs.length > 0 && (await hasSigns(context, access)))
  // In turn also where nothing is found: what another look has found, and closes again, is no longer there to be found.
  const settled = await context.inTurn(`put back ${host.id}`, () =>
    isSuspect ? settleMemory(context, access, { isAnother, own }) : readMark(context, host.id),
  )
  if (settled.hasClosed) context.background.add(followHistory(context, access, access.helper))
  // The history of a look without a tenant that is worked on stays doubtful: the next look has that one, too. Tenants that
  // only could not be judged yet keep nothing back: a closing that stays pending would have the others closed again.
  if (!settled.isWhole) return settled
  access.seen.historyJudged = true
  if (!settled.isMarked) await keepJudged(context, host.id, judged, records !== null)
  return settled
}

/**
 * Whether the records show that they are older, read after what is known: a change in between the two looks like that.
 * Whole rows are not wanted for it, which take a third of a second of 10,000 tenants.
 */
async function hasSigns(context: ServiceContext, access: HostAccess): Promise<boolean> {
  const known = await context.store.read((db) => listRevisionsOf(db, access.host.id))
  return listSigns(known, await observeRecords(access)).length > 0
}

/** Keeps where the history of a host is, once nothing is left to be asked. */
async function keepJudged(
  { store }: Pick<ServiceContext, 'store'>,
  hostId: string,
  judged: HistoryJudgement,
  hasRecords: boolean,
): Promise<void> {
  switch (judged.kind) {
    case 'unknown':
    case 'same':
      return
    case 'lost':
      return store.write((db) => forgetHistory(db, hostId))
    case 'forgotten':
      // Where the helper cannot tell any more, the records have to say that nothing is older.
      if (!hasRecords) return
      break
    case 'ahead':
    case 'another':
  }
  const { pair } = judged
  await store.write((db) => confirmHistory(db, hostId, pair))
}

/**
 * The same by the history alone, beside other work on the host and not more often than every `historyEveryMs`; what
 * comes in between is asked at the end of it. Never throws. After every change: a host that is put back to before it, and that
 * others then changed, can be at the same revision again, and only the digest tells.
 * @param session a helper of the host that has just answered
 */
export async function followHistory(
  context: ServiceContext,
  access: HostAccess,
  session: HelperSession,
): Promise<void> {
  const now = performance.now()
  const nextAt = (access.seen.historyAt ?? Number.NEGATIVE_INFINITY) + access.timeLimits.historyEveryMs
  if (now < nextAt) {
    if (access.seen.asksHistory === true) return
    access.seen.asksHistory = true
    // Of a command that ends before, too: a later one could not tell the history that it knows from one that was put back.
    const ask = (): void => {
      delete access.seen.asksHistory
      delete access.seen.historyAt
      context.background.add(followHistory(context, access, session))
    }
    context.background.later(nextAt - now, ask, 'begins')
    return
  }
  access.seen.historyAt = now
  try {
    await followPutBack(context, access, null, { session })
  } catch (error) {
    context.log.warn(
      { err: error, host: access.host.id },
      'where the history of a host is could not be asked',
    )
  }
}

/**
 * The same for who only looks: a failure is left for the next look, and so is what the host has.
 * @returns as {@link followPutBack}; also true where it is not known
 */
export async function tryFollowPutBack(
  context: ServiceContext,
  access: HostAccess,
  records: ReadonlyMap<string, Pick<TenantRecord, 'revision'>>,
): Promise<boolean> {
  try {
    return await followPutBack(context, access, records)
  } catch (error) {
    context.log.warn({ err: error, host: access.host.id }, 'whether a host was put back is not known')
    return true
  }
}

const noneReopened: Reopened = { isReopened: false, unjudged: new Set() }

/** Nothing is left to be asked, unless another look has found something meanwhile. */
async function readMark({ store }: Pick<ServiceContext, 'store'>, hostId: string): Promise<Settled> {
  const isMarked = await store.read((db) => (findHost(db, hostId)?.putBack ?? null) !== null)
  return { ...nothingLeft, isMarked }
}

/** Nothing of such a host is taken in. */
const notKnown: Settled = { ...nothingLeft, isMarked: true, isWhole: false }
