import type { AllowEntry } from '../../contract/allowlist.ts'
import type { Problem } from '../../contract/problem.ts'
import type { AnsweredTenant } from '../../contract/tenant.ts'
import type { Closing } from '../../core/plan/closing.ts'
import { describeClosing, withoutAbsent, withoutLeft } from '../../core/plan/closing.ts'
import { describeProblem } from '../../domain/describe-problem.ts'
import { fail, ProblemError } from '../../domain/problem-error.ts'
import { findHost, type StoredHost } from '../adapters/store/hosts.ts'
import { updateOperation } from '../adapters/store/operations.ts'
import { findTenant, type StoredTenant } from '../adapters/store/tenants.ts'
import type { Closed } from '../hosts/registry/close-in-registry.ts'
import type { ServiceContext } from '../services/context.ts'
import type { HostAccess } from '../services/host/host-pool.ts'
import { type Place, takePlace } from '../services/in-turn.ts'
import { keepFailure } from '../services/operation/keep-failure.ts'
import { endOperation } from '../services/operation/operation-log.ts'
import { toProblem } from '../services/operation/to-problem.ts'
import { type Reporter, silent } from '../services/progress.ts'
import { requireTenant, type TenantRef } from '../services/tenant/find-tenant.ts'
import type { CutConnections } from '../services/tenant/ledger.ts'
import { saysClosed, withStrange } from '../services/tenant/observe-strange.ts'
import { viewConfirmed } from '../services/tenant/view-tenants.ts'
import { type CarriedOut, carryOutClosing, closingLane, confirmClosing } from './carry-out-closing.ts'
import { type ClosedFirst, closeKnown, describeFirst, joinParts, listLeft } from './close-known.ts'
import { closeLater, closeNow } from './close-later.ts'
import { type AccessChange, ensurePending, type Intent, intend, keepSeen } from './intend-closing.ts'
import { endIfNowhere, judgeEnd, judgeThere, type ToldThere } from './judge-unknown.ts'
import { isOfDeleting, keepForRestore } from './keep-for-restore.ts'
import { nothingUnknown, observeUnknown, type UnknownEntries } from './observe-unknown.ts'
import type { PartlyRevoked } from './partly-closed.ts'
import { followHistory } from './put-back.ts'
import { tellRenamed } from './renamed-tenant.ts'
import { requireNoneLeft, takeInLeft } from './take-in-left.ts'

/** A tenant that was found in the store. */
type KnownTenant = TenantRef & { readonly id: string }

export interface ClosedAccess {
  readonly before: StoredTenant
  readonly after: StoredTenant
  readonly tenant: AnsweredTenant
  readonly cut: CutConnections
  /** Entries among them that only the host had on its list. */
  readonly hostOnly: readonly AllowEntry[]
  /** Entries that were on no list and that the host's filter let in. */
  readonly strays: readonly string[]
}

/**
 * Takes access away. The intent is saved before anything is waited for and is never taken back; then the host's registry
 * is asked, without any recovery, without Docker, and in a lane that no other change of the tenant holds up.
 * @throws ProblemError NOT_IN_FORCE when the host has not confirmed it: it is tried again whenever the host is reached;
 *   ENTRY_ABSENT or ENTRY_COVERED when the host says so of an entry; WRITTEN_SINCE when another panel let somebody in again while it waited; NOT_KEPT when its filter is closed and only its records are not; NOT_RECORDED when only the store could not keep it
 */
export async function closeAccess(
  context: ServiceContext,
  which: TenantRef,
  change: AccessChange,
): Promise<ClosedAccess> {
  const id = which.id ?? (await context.store.read((db) => requireTenant(db, which).tenant.id))
  const place = takePlace(context.inTurn, closingLane(id))
  try {
    return await closeInPlace(context, { ...which, id }, change, place, performance.now())
  } catch (error) {
    // Asking Docker can take long, and the next closing needs none of that.
    place.leave()
    if (isOfDeleting(error)) await keepForRestore(context, { ...which, id }, change)
    if (!saysClosed(error)) throw error
    const host = await context.store.read((db) => findHost(db, findTenant(db, id)?.hostId ?? ''))
    throw host === undefined ? error : await withStrange(context.hosts.access(host), id, error)
  } finally {
    place.leave()
  }
}

async function closeInPlace(
  context: ServiceContext,
  which: KnownTenant,
  change: AccessChange,
  place: Place,
  askedAt: number,
): Promise<ClosedAccess> {
  let isInTurn = false
  const intent = await context.store
    .write((db) => {
      isInTurn = place.isOn()
      return intend(context, db, which, change)
    })
    .catch((error: unknown) => closeUnrecorded(context, which, change, place, error))
  const { before, after, unknown } = intent
  const close = async (
    from: Place,
    asked: Intent,
    wasInTurn: boolean,
    since: number,
    report: Reporter,
    first: ClosedFirst = { kind: 'none' },
    found = nothingUnknown,
  ) => {
    await from.turn
    // An intent that was saved in its turn is as it was: whatever could have ended it comes after.
    const { host, operation } = wasInTurn
      ? asked
      : await ensurePending(context, asked).catch((error: unknown) =>
          closeUnrecorded(context, which, change, from, error),
        )
    const isSame = operation.id === asked.operation.id
    const rest = { ...asked, host, operation, isJoined: asked.isJoined && isSame }
    const go = (shown: Reporter) => closeInTurn(context, intent, rest, since, shown, first, found)
    return isSame ? go(report) : context.running.enter(operation, silent, false, go)
  }
  const { access, closed, found, told } = await context.running.enter(
    intent.operation,
    silent,
    false,
    async (report) => {
      if (unknown.length === 0)
        return { ...(await close(place, intent, isInTurn, askedAt, report)), found: nothingUnknown }
      const first = await closeKnown(context, intent, place, askedAt)
      // Such a look can hang, and no other closing of the tenant is to wait for it.
      place.leave()
      const found =
        first.kind === 'failed'
          ? { ...nothingUnknown, unseen: unknown }
          : await observeUnknown(context.hosts.access(intent.host), before.id, unknown)
      await endIfNowhere(context, intent, found)
      // A look soon after it was asked for shows what was there then; during a longer one others may have written.
      const { slowStartMs } = context.hosts.access(intent.host).timeLimits
      const isSoon = found.unseen.length === 0 && performance.now() - askedAt < slowStartMs
      const rest = first.kind === 'closed' ? first.rest : intent
      const seen = await keepSeen(context, rest, found, isSoon)
      const since = isSoon ? performance.now() : askedAt
      const behind = takePlace(context.inTurn, closingLane(before.id))
      try {
        return { ...(await close(behind, seen, false, since, report, first, found)), found }
      } finally {
        behind.leave()
      }
    },
  )
  place.leave()
  // The host answers: what else is to be closed there, and what was closed on it before it may have been put back.
  context.background.add(closeNow(context, access))
  context.background.add(followHistory(context, access, access.closer))
  requireNoneLeft(context, access, before.name, closed)
  if (told.problem !== undefined) fail(told.problem)
  // Its making may have been undone meanwhile.
  const isThere = await context.store.read((db) => findTenant(db, before.id) !== undefined)
  if (!isThere) fail({ code: 'NOT_FOUND', details: { noun: 'tenant', name: before.name } })
  const tenant = await viewConfirmed(context, access, before.id, true)
  return { before, after, tenant, cut: closed.cut, hostOnly: told.hostOnly, strays: found.strays.found }
}

/**
 * @param asked all that was asked for
 * @param intent what is left of it
 * @param found of the entries that the store did not have
 */
async function closeInTurn(
  context: ServiceContext,
  asked: Intent,
  { before, host, closing, unknown, operation, isJoined }: Intent,
  askedAt: number,
  report: Reporter,
  first: ClosedFirst,
  found: UnknownEntries,
): Promise<{ readonly access: HostAccess; readonly closed: Closed; readonly told: ToldThere }> {
  const access = context.hosts.access(host)
  const [step] = operation.steps
  if (step !== undefined) report.started(step.kind, step.sentence)
  // The first try may have been carried out, and its answer is not what is so now.
  const tryId = isJoined ? context.newId() : operation.id
  // An entry that is closed already may have been let in again since.
  const rest = first.kind === 'closed' ? { ...closing, cidrs: unknown } : closing
  const carryOut = (id: string, part: Closing): Promise<CarriedOut> =>
    carryOutClosing(context, access, id, before.id, part, askedAt).catch(async (error: unknown) => {
      const problem = toProblem(context.log, error)
      await keepFailure(context, operation, problem)
      closeLater(context, access)
      context.background.add(takeInLeft(context, access, [{ tenant: before.name, left: listLeft(first) }]))
      return failClosing('NOT_IN_FORCE', before, host, rest, error, problem, describeFirst(first))
    })
  const answer = await carryOut(tryId, rest)
  const closed = await joinParts(context, before.id, first, answer, (cidrs) =>
    carryOut(context.newId(), { ...closing, cidrs }),
  )
  const told = judgeThere(before.name, asked, found, closed)
  const there = withoutLeft(operation.before, closed.left)
  const logged =
    unknown.length === 0 ? there : withoutAbsent(there, [...closed.closed, ...found.strays.asked])
  const end = judgeEnd(before.name, logged, isJoined, answer, told)
  const known = await context.store
    .write((db) => {
      const known = findTenant(db, before.id)?.revision ?? before.revision
      confirmClosing(db, before.id, closed, access.seen.written.get(before.id))
      // All at once: a revoke that is done must not name whom nobody had, whenever the program ends.
      if (closed.left.length + unknown.length > 0) updateOperation(db, operation.id, { before: logged })
      endOperation(db, context.now(), operation, end)
      return known
    })
    .catch((error: unknown) => {
      // Its first part, where that could be kept, is none of what the store does not know.
      const done = closing.cidrs === asked.closing.cidrs ? {} : describeFirst(first)
      return failClosing('NOT_RECORDED', before, host, closing, error, toProblem(context.log, error), done)
    })
  // The next change takes in first what somebody else did there.
  if (closed.was > Math.max(known, access.seen.written.get(before.id) ?? 0)) {
    delete access.seen.adopted
    context.background.add(tellRenamed(context, access, before))
  }
  return { access, closed, told }
}

/**
 * A store that cannot be written must not keep an address let in: the host is asked all the same, and the panel takes
 * that in from there later.
 * @param place in the lane of the tenant's closings
 * @throws ProblemError NOT_RECORDED when the host has confirmed it, NOT_CLOSED when it has not; whatever else kept the
 *   intent from being saved
 */
export async function closeUnrecorded(
  context: ServiceContext,
  which: KnownTenant,
  { kind, cidrs, asked }: Omit<AccessChange, 'change'>,
  place: Place,
  error: unknown,
): Promise<never> {
  // Any other refusal holds at once: it needs no turn.
  if (!(error instanceof ProblemError) || error.problem.code !== 'STORE_UNUSABLE') throw error
  context.askings.tookAway(asked, { tenantId: which.id, kind, cidrs })
  await place.turn
  const { tenant, host } = await context.store.read((db) => requireTenant(db, which))
  const closing = { kind, cidrs, asOf: null }
  const access = context.hosts.access(host)
  try {
    await carryOutClosing(context, access, context.newId(), tenant.id, closing)
    // The next change on that host takes in first what is so there.
    delete access.seen.adopted
  } catch (hostError) {
    const reason = describeProblem(toProblem(context.log, hostError)).message
    const action = describeClosing(closing, tenant.name, 'gerund')
    const details = { tenant: tenant.name, host: host.name, action, reason }
    return fail({ code: 'NOT_CLOSED', details: { ...details, store: tellAll(error.problem) } }, hostError)
  }
  return failClosing('NOT_RECORDED', tenant, host, closing, error, error.problem)
}

function tellAll(problem: Problem): string {
  const { message, advice } = describeProblem(problem)
  return `${message} ${advice}`
}

/**
 * @param first of a closing in two parts, what is closed
 * @throws ProblemError always, with what is not closed for certain and why
 */
export function failClosing(
  code: 'NOT_IN_FORCE' | 'NOT_RECORDED',
  tenant: Pick<StoredTenant, 'name'>,
  host: Pick<StoredHost, 'name'>,
  closing: Closing,
  cause: unknown,
  problem: Problem,
  first: PartlyRevoked = {},
): never {
  const { message, advice } = describeProblem(problem)
  // A host that does not answer is tried again by itself; anything else may need a person first.
  const isAway = problem.code === 'HOST_UNREACHABLE' || problem.code === 'TIMED_OUT'
  const reason = isAway || advice === '' ? message : `${message} ${advice}`
  const action = describeClosing(closing, tenant.name, 'gerund')
  const details = { tenant: tenant.name, host: host.name, action, reason, ...first }
  if (problem.code === 'CLOSED_IN_FILTER')
    return fail({ code: 'NOT_KEPT', details: { ...details, ...problem.details } }, cause)
  return fail({ code, details }, cause)
}
