import type { AllowEntry } from '../../contract/allowlist.ts'
import type { AnsweredTenant } from '../../contract/tenant.ts'
import type { Closing } from '../../core/plan/closing.ts'
import { withoutAbsent, withoutLeft } from '../../core/plan/closing.ts'
import { fail } from '../../domain/problem-error.ts'
import { findHost } from '../adapters/store/hosts.ts'
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
import { carryOutClosing, closingLane, confirmClosing } from './carry-out-closing.ts'
import { type ClosedFirst, closeKnown, describeFirst, joinParts, listLeft } from './close-known.ts'
import { closeLater, closeNow } from './close-later.ts'
import { closeUnrecorded, type KnownTenant } from './close-unrecorded.ts'
import { failClosing } from './fail-closing.ts'
import { type AccessChange, ensurePending, type Intent, intend, keepSeen } from './intend-closing.ts'
import { judgeClosing } from './judge-closing.ts'
import { endIfNowhere, judgeThere, type ToldThere } from './judge-unknown.ts'
import { isOfDeleting, keepForRestore } from './keep-for-restore.ts'
import { nothingUnknown, observeUnknown, type UnknownEntries } from './observe-unknown.ts'
import { followHistory } from './put-back.ts'
import { tellRenamed } from './renamed-tenant.ts'
import { requireNoneLeft, takeInLeft } from './take-in-left.ts'

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
  const carryOut = (id: string, part: Closing, named = rest, beside = describeFirst(first)) =>
    carryOutClosing(context, access, id, before.id, part, askedAt).catch(async (error: unknown) => {
      const problem = toProblem(context.log, error)
      await keepFailure(context, operation, problem)
      closeLater(context, access)
      context.background.add(takeInLeft(context, access, [{ tenant: before.name, left: listLeft(first) }]))
      return failClosing('NOT_IN_FORCE', before, host, named, error, problem, beside)
    })
  const answer = await carryOut(tryId, rest)
  const closed = await joinParts(context, before.id, first, answer, async (cidrs) => {
    await keepWhole(context, asked, operation.id)
    return carryOut(context.newId(), { ...closing, cidrs }, asked.closing, {})
  })
  const told = judgeThere(before.name, asked, found, closed)
  const there = withoutLeft(operation.before, closed.left)
  const logged =
    unknown.length === 0 ? there : withoutAbsent(there, [...closed.closed, ...found.strays.asked])
  // The first try may have closed what is not there any more.
  const absent = told.isAbsent && !isJoined ? told.problem : undefined
  const end = judgeClosing(before.name, logged, answer, absent)
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

/** All of a closing is asked for once more, where its host has lost the first part. Never throws. */
async function keepWhole(
  { store, log }: Pick<ServiceContext, 'store' | 'log'>,
  { operation: { before } }: Intent,
  operationId: string,
): Promise<void> {
  await store
    .write((db) => updateOperation(db, operationId, { before }))
    .catch((error: unknown) =>
      log.warn({ err: error }, 'what a host has lost of a closing could not be kept'),
    )
}
