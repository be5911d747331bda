import { isDeepStrictEqual } from 'node:util'
import type { Problem } from '../../contract/problem.ts'
import {
  type Closing,
  describeClosing,
  listUnknown,
  withoutAbsent,
  withoutLeft,
} from '../../core/plan/closing.ts'
import { wholeTenant } from '../../core/plan/plan-closing.ts'
import { listNames } from '../../core/sentence/list-names.ts'
import { describeProblem } from '../../domain/describe-problem.ts'
import { sameRecord } from '../../domain/tenant-plan.ts'
import { listPendingClosings, type PendingClosing } from '../adapters/store/closings.ts'
import { type StoredOperation, updateOperation } from '../adapters/store/operations.ts'
import { groupBy, type StoreDb } from '../adapters/store/rows.ts'
import { findTenant, updateTenant } from '../adapters/store/tenants.ts'
import type { Closed } from '../hosts/registry/close-in-registry.ts'
import type { ServiceContext } from '../services/context.ts'
import type { HostAccess } from '../services/host/host-pool.ts'
import { isCutOff } from '../services/operation/end-cut-off.ts'
import { keepFailure } from '../services/operation/keep-failure.ts'
import { endOperation } from '../services/operation/operation-log.ts'
import { toProblem } from '../services/operation/to-problem.ts'
import { toDesired } from '../services/tenant/desired-tenant.ts'
import { carryOutClosing, closingLane, confirmClosing } from './carry-out-closing.ts'
import { confirmClosedForGood } from './confirm-closed-for-good.ts'
import { findStillCovered } from './find-covering.ts'
import { judgeClosing } from './judge-closing.ts'
import { describePartly } from './partly-closed.ts'
import { followHistory } from './put-back.ts'
import { type LeftAccess, takeInLeft } from './take-in-left.ts'

interface Round {
  /** The id of the tenant, if it is to be one. */
  readonly only?: string
  /** When the round began, on the monotonic clock; now, unless given. */
  readonly since?: number
}

/**
 * Takes away on a host what an operator took away while it could not be reached. For every time that the host is
 * reached; what fails stays pending. Once a closing there has had no answer since the round began, the round leaves the
 * others to the next one: each would wait as long for nothing, and hold up the person who asks meanwhile. Never throws.
 * @returns how much is still pending there
 */
export async function retryClosings(
  context: ServiceContext,
  access: HostAccess,
  { only, since = performance.now() }: Round = {},
): Promise<number> {
  const { host } = access
  const readPending = () => context.store.read((db) => listPendingOf(db, host.id, only))
  try {
    const pending = await readPending()
    const byTenant = groupBy(pending, ({ operation }) => operation.tenantId ?? '')
    const retries = [...byTenant].map(([tenantId, closings]) =>
      retryOfTenant(context, access, tenantId, closings, since),
    )
    await takeInLeft(context, access, (await Promise.all(retries)).flat())
    return (await readPending()).length
  } catch (error) {
    context.log.warn({ err: error, host: host.id }, 'access that was taken away is not closed yet')
    return 1
  }
}

function listPendingOf(db: StoreDb, hostId: string, only: string | undefined): PendingClosing[] {
  const pending = listPendingClosings(db, hostId)
  return only === undefined ? pending : pending.filter(({ operation }) => operation.tenantId === only)
}

/** @returns what they have left, in the end */
async function retryOfTenant(
  context: ServiceContext,
  access: HostAccess,
  tenantId: string,
  closings: readonly PendingClosing[],
  since: number,
): Promise<LeftAccess[]> {
  const left: string[] = []
  let last: Closed | undefined
  for (const closing of closings) {
    last = (await retryInLane(context, access, tenantId, closing, since)) ?? last
    left.push(...(last?.left ?? []))
  }
  const tenant = await context.store.read((db) => findTenant(db, tenantId))
  if (tenant === undefined || last === undefined) return []
  // Entries that one closing has left may have been taken away by a later one.
  const there = new Set([...last.allow.map(({ cidr }) => cidr), ...(last.open ? [wholeTenant] : [])])
  return [{ tenant: tenant.name, left: [...new Set(left)].filter((key) => there.has(key)) }]
}

/**
 * One closing, in the lane: one that is under way is waited for, so that this one begins with the state that it has
 * confirmed. Closings that a person asks for go first: this one queues once more, behind them.
 */
async function retryInLane(
  context: ServiceContext,
  access: HostAccess,
  tenantId: string,
  pending: PendingClosing,
  since: number,
): Promise<Closed | undefined> {
  const lane = closingLane(tenantId)
  const retry = async (): Promise<Closed | undefined> =>
    (access.seen.silentAt ?? 0) > since ? undefined : retryOne(context, access, tenantId, pending)
  const isFirst = async (): Promise<boolean> => !(await isAskedFor(context, access.host.id, tenantId))
  const first = await context.inTurn(lane, async () => ((await isFirst()) ? { closed: await retry() } : null))
  return first === null ? context.inTurn(lane, retry) : first.closed
}

/** Whether closings of the tenant are under way that a person waits for. */
function isAskedFor({ store, running }: ServiceContext, hostId: string, tenantId: string): Promise<boolean> {
  return store.read((db) =>
    listPendingClosings(db, hostId).some(
      ({ operation }) => operation.tenantId === tenantId && running.find(operation.id) !== undefined,
    ),
  )
}

/** @returns what became of it; undefined where it is still pending, or under way elsewhere */
async function retryOne(
  context: ServiceContext,
  access: HostAccess,
  tenantId: string,
  { closing, operation: { id } }: PendingClosing,
): Promise<Closed | undefined> {
  const pending = await context.store.read((db) => listPendingClosings(db, access.host.id))
  const operation = pending.find((each) => each.operation.id === id)?.operation
  const tenant = await context.store.read((db) => findTenant(db, tenantId))
  if (operation === undefined || tenant === undefined || context.running.find(id) !== undefined)
    return undefined
  const isDelete = closing.kind === 'tenant delete'
  return context.running.retry(operation, async () => {
    try {
      // An id of its own: the first try may have been carried out, and asked for something else.
      const closed = await carryOutClosing(context, access, context.newId(), tenantId, closing)
      await context.store.write((db) => {
        // The rest of a delete is recovery's.
        if (isDelete) return confirmClosedForGood(db, access, id, tenantId, closed)
        confirmClosing(db, tenantId, closed, access.seen.written.get(tenantId))
        const before = withoutLeft(withoutAbsent(operation.before, closed.closed), closed.left)
        updateOperation(db, id, { before })
        const absent = findAbsent(tenant.name, operation, closing, closed)
        endOperation(db, context.now(), operation, judgeClosing(tenant.name, before, closed, absent))
      })
      if (!isDelete) tellFinished(context, tenant.name, operation, closing, closed)
      // Where that cannot be asked, the next change is refused once and takes in what is so.
      await settleRevision(context, access, tenantId, closed).catch(() => {})
      context.background.add(followHistory(context, access, access.closer))
      return closed
    } catch (error) {
      const problem = toProblem(context.log, error)
      // The same again is no news: nothing is written, and nothing that is shown changes.
      if (!isDeepStrictEqual(problem, operation.problem)) await keepFailure(context, operation, problem)
      return undefined
    }
  })
}

/**
 * A first try whose answer was lost has made the record newer than the store knows. Where it says nothing else than the
 * store, that is no stranger's change; otherwise the next change takes in first what is so.
 */
async function settleRevision(
  { store }: ServiceContext,
  access: HostAccess,
  tenantId: string,
  { absent, revision }: Closed,
): Promise<void> {
  const tenant = await store.read((db) => findTenant(db, tenantId))
  if (absent || tenant === undefined || tenant.revision >= revision) return
  const record = (await access.ledger.observeUrgently(tenantId)).find(({ id }) => id === tenantId)
  if (record !== undefined && sameRecord(toDesired(tenant), record))
    await store.write((db) => updateTenant(db, tenantId, { revision: record.revision }))
  else delete access.seen.adopted
}

/** Entries that the store had and that are out, by this try or by an earlier one. */
function listGone(operation: StoredOperation, { cidrs }: Closing, { closed, left }: Closed): string[] {
  const unknown = listUnknown(operation)
  return (cidrs ?? []).filter(
    (each) => !left.includes(each) && (closed.includes(each) || !unknown.includes(each)),
  )
}

/** Entries that nobody knew and that the host has not, beside those that are out. */
function findAbsent(
  tenant: string,
  operation: StoredOperation,
  closing: Closing,
  closedThere: Closed,
): Extract<Problem, { code: 'ENTRY_ABSENT' }> | undefined {
  const { closed, left } = closedThere
  const isNowhere = (each: string): boolean => !closed.includes(each) && !left.includes(each)
  const absent = listUnknown(operation).filter(isNowhere)
  const [cidr, ...others] = absent
  if (cidr === undefined) return undefined
  const revoked = listGone(operation, closing, closedThere)
  const more = { ...(others.length === 0 ? {} : { others }), ...(revoked.length === 0 ? {} : { revoked }) }
  return { code: 'ENTRY_ABSENT', details: { tenant, cidr, ...more } }
}

function tellFinished(
  context: ServiceContext,
  tenant: string,
  operation: StoredOperation,
  closing: Closing,
  closedThere: Closed,
): void {
  const { closed, left } = closedThere
  const { problem } = operation
  const absent = findAbsent(tenant, operation, closing, closedThere)
  // Where all of it stays, nothing was finished.
  if (closed.length === 0 && left.length > 0) {
    tellAbsent(context, operation, absent)
    return
  }
  const why =
    problem === null || isCutOff(problem) ? 'was cut off.' : `had failed: ${describeProblem(problem).message}`
  const unknown = listUnknown(operation)
  const isElsewhere = (cidr: string): boolean =>
    left.includes(cidr) || (unknown.includes(cidr) && !closed.includes(cidr))
  const cidrs = closing.cidrs?.filter((cidr) => !isElsewhere(cidr)) ?? null
  const what = describeClosing({ ...closing, cidrs }, tenant, 'infinitive')
  const covered = findStillCovered(tenant, closing, unknown, closedThere)
  const { inside } = covered === undefined ? describePartly(closing, closedThere) : {}
  if (cidrs === null || cidrs.length > 0)
    context.notices.add(
      [`Finished: ${what}, which ${why}`, ...(inside === undefined ? [] : [inside])].join(' '),
    )
  if (covered !== undefined) {
    const { message, advice } = describeProblem(covered)
    context.notices.add(`${message} ${advice}`)
    return
  }
  tellAbsent(context, operation, absent)
}

/** Names what may have been mistyped: whoever asked for it was not there to be told. */
function tellAbsent(
  { notices }: Pick<ServiceContext, 'notices'>,
  { hostName }: StoredOperation,
  absent: ReturnType<typeof findAbsent>,
): void {
  if (absent === undefined) return
  const { cidr, others = [] } = absent.details
  const [were, one] = others.length === 0 ? ['was', 'it'] : ['were', 'one']
  notices.add(
    `${describeProblem(absent).message} ${listNames([cidr, ...others])} ${were} to be revoked while ${hostName ?? 'its host'} was away: if ${one} was mistyped, the right one is still let in.`,
  )
}
