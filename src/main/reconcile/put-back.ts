import {
  type CloseAgain,
  compareMemory,
  describeCloseAgain,
  listSigns,
  type PutBackDifference,
  planCloseAgain,
} from '../../core/plan/put-back.ts'
import { listNames } from '../../core/sentence/list-names.ts'
import { describeProblem } from '../../domain/describe-problem.ts'
import { fail } from '../../domain/problem-error.ts'
import type { TenantRecord } from '../../domain/tenant-plan.ts'
import type { HelperSession } from '../adapters/netfilter/session.ts'
import {
  confirmHistory,
  findHost,
  forgetHistory,
  type StoredHost,
  updateHost,
} from '../adapters/store/hosts.ts'
import type { StoreDb } from '../adapters/store/rows.ts'
import { findTenant, listRevisionsOf, updateTenant } from '../adapters/store/tenants.ts'
import { type HistoryJudgement, judgeHistory } from '../hosts/registry/judge-history.ts'
import type { ServiceContext } from '../services/context.ts'
import type { HostAccess } from '../services/host/host-pool.ts'
import { observeRecords } from '../services/tenant/observe-tenants.ts'
import { closeAgain, type LeftOpen } from './close-again.ts'
import { type MemoryOptions, observeMemory, type SeenMemory } from './host-memory.ts'
import { observeReopened, type Reopened } from './observe-reopened.ts'
import { settleServer } from './same-server.ts'

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
  const { left } = await settlePutBack(context, access, await observeRecords(access), {})
  const own = left.find(({ again }) => again.tenantId === tenantId)
  if (own !== undefined) fail(own.problem)
  if (link.info().connected) return
  const reason = 'the connection was lost'
  fail({ code: 'HOST_UNREACHABLE', details: { host: host.name, address: host.name, reason } })
}

interface FollowOptions {
  readonly session?: HelperSession
  readonly own?: string
}

async function settlePutBack(
  context: ServiceContext,
  access: HostAccess,
  records: ReadonlyMap<string, Pick<TenantRecord, 'revision'>> | null,
  { session = access.helper, own }: FollowOptions,
): Promise<Settled> {
  if (access.host.mode !== 'filtered') return nothingLeft
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
  const wasAsked = known === null || access.seen.historyJudged === true
  const { isReopened, unjudged } = wasAsked
    ? noneReopened
    : await observeReopened(context, access, known.revision)
  access.seen.unjudged = unjudged
  const isAnother = judged.kind === 'another' || judged.kind === 'lost' || isReopened
  const isSuspect =
    host.putBack !== null || isAnother || (signs.length > 0 && (await hasSigns(context, access)))
  const settled = isSuspect
    ? await context.inTurn(`put back ${host.id}`, () => settleMemory(context, access, { isAnother, own }))
    : nothingLeft
  // The history of a look without a tenant that is worked on stays doubtful: the next look has that one, too.
  if (unjudged.size > 0) return settled
  if (!settled.isMarked && settled.isWhole) await keepJudged(context, host.id, judged, records !== null)
  access.seen.historyJudged = true
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

interface Settled {
  /** Something is left to be asked. */
  readonly isMarked: boolean
  /** No tenant was left out because this program is at work on it, and all is closed again. */
  readonly isWhole: boolean
  /** Closings that failed again. */
  readonly left: readonly LeftOpen[]
}

const nothingLeft: Settled = { isMarked: false, isWhole: true, left: [] }
const noneReopened: Reopened = { isReopened: false, unjudged: new Set() }

/** Nothing of such a host is taken in. */
const notKnown: Settled = { isMarked: true, isWhole: false, left: [] }

async function settleMemory(
  context: ServiceContext,
  access: HostAccess,
  options: MemoryOptions,
): Promise<Settled> {
  const seen = await observeMemory(context, access, options)
  const signs = listSigns(new Map(seen.known.map((tenant) => [tenant.id, tenant])), seen.memory.records)
  // A tenant without a record whose port is kept back was deleted by another panel.
  const isOlder = signs.some((id) => !(seen.memory.released.has(id) && !seen.memory.records.has(id)))
  if (seen.host.putBack === null && options.isAnother !== true && !isOlder) {
    return { ...nothingLeft, isWhole: seen.leftOut.size === 0 }
  }
  const again = planCloseAgain(seen.known, seen.memory)
  const { closed, left } = await closeAgain(context, access, again)
  const now = again.length === 0 ? seen : await observeMemory(context, access, options)
  const differences = compareMemory(
    now.known.filter(({ id }) => !now.unfinished.has(id)),
    now.memory,
  )
  // Once recovery has settled these, what is left of them is asked.
  const later = compareMemory(
    now.known.filter(({ id }) => now.unfinished.has(id)),
    now.memory,
  )
  const marked = await context.store.write((db) => keepQuestion(context, db, now, differences))
  if (closed.length > 0 || (marked.isNew && differences.length > 0)) {
    context.notices.add(describePutBack(access.host, closed, differences))
  }
  for (const each of left) tellLeft(context, access, each)
  if (closed.length > 0) context.background.add(followHistory(context, access, access.helper))
  const isWhole = now.leftOut.size + left.length + later.length === 0
  return { isMarked: marked.isLeft, isWhole, left }
}

/** Takes over the revisions of what does not differ, and keeps what does as a question. */
function keepQuestion(
  { now }: Pick<ServiceContext, 'now'>,
  db: StoreDb,
  { host: { id }, known, leftOut, unfinished, memory: { records } }: SeenMemory,
  differences: readonly PutBackDifference[],
): { isNew: boolean; isLeft: boolean } {
  const host = findHost(db, id)
  if (host === undefined) return { isNew: false, isLeft: false }
  const differing = new Set(differences.map(({ tenantId }) => tenantId))
  const present = known.filter(
    (tenant) => tenant.phase === 'present' && !differing.has(tenant.id) && !unfinished.has(tenant.id),
  )
  for (const tenant of present) {
    const { revision } = records.get(tenant.id) ?? tenant
    if (revision === tenant.revision) continue
    // A revision that was confirmed since the look stays.
    if (findTenant(db, tenant.id)?.revision === tenant.revision) updateTenant(db, tenant.id, { revision })
  }
  // A tenant that is worked on was not looked at: the question about it stays.
  const before = host.putBack?.tenantIds ?? []
  const tenantIds = [...differing, ...before.filter((each) => leftOut.has(each))]
  const putBack =
    tenantIds.length === 0 ? null : { since: host.putBack?.since ?? now().toISOString(), tenantIds }
  if (JSON.stringify(putBack) !== JSON.stringify(host.putBack)) updateHost(db, id, { putBack })
  return { isNew: before.length === 0, isLeft: putBack !== null }
}

/** Once for each connection: each look tries it again, and meets the same. */
function tellLeft(
  { notices }: ServiceContext,
  { host, seen }: HostAccess,
  { again, problem }: LeftOpen,
): void {
  const { message, advice } = describeProblem(problem)
  const sentence = `${host.name} was put back to an older state, and ${describeCloseAgain(again)} could not be closed again on it: ${message} ${advice}`
  if (seen.told.has(sentence)) return
  seen.told.add(sentence)
  notices.add(sentence)
}

function describePutBack(
  { name }: StoredHost,
  closed: readonly CloseAgain[],
  differences: readonly PutBackDifference[],
): string {
  const again = closed.length === 0 ? '' : ` Closed again: ${closed.map(describeCloseAgain).join(', ')}.`
  const names = differences.map((difference) => difference.name)
  const ask =
    names.length === 0
      ? ''
      : ` It has otherwise: ${listNames(names)}. Choose whose state counts on its screen, or with \`memharbor host recover ${name} --as-panel\` or \`memharbor host recover ${name} --as-host\`.`
  return `${name} was put back to an older state.${again}${ask}`
}
