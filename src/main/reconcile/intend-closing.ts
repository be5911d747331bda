import { isDeepStrictEqual } from 'node:util'
import type { Closing, ClosingKind } from '../../core/plan/closing.ts'
import { describeClosing, listBeside, listUnknown } from '../../core/plan/closing.ts'
import type { Json } from '../../core/tenant/changed-entries.ts'
import { describePhase } from '../../domain/describe-phase.ts'
import { fail } from '../../domain/problem-error.ts'
import { listPendingClosings, type PendingClosing } from '../adapters/store/closings.ts'
import { findHost, type StoredHost } from '../adapters/store/hosts.ts'
import { type StoredOperation, updateOperation } from '../adapters/store/operations.ts'
import type { StoreDb } from '../adapters/store/rows.ts'
import { findTenant, type StoredTenant, type TenantChanges, updateTenant } from '../adapters/store/tenants.ts'
import { isLetInUnconfirmed } from '../adapters/store/unfinished.ts'
import type { ServiceContext } from '../services/context.ts'
import { beginOperation, type OperationSubject } from '../services/operation/operation-log.ts'
import { requireTenant, type TenantRef } from '../services/tenant/find-tenant.ts'
import type { AskedClosing } from './askings.ts'
import type { UnknownEntries } from './observe-unknown.ts'

/** Access that an operator takes away from a tenant, and the access that the store asks for from then on. */
export interface AccessChange {
  readonly kind: Exclude<ClosingKind, 'tenant delete'>
  readonly cidrs: readonly string[] | null
  readonly asked: AskedClosing
  /** May refuse, and sees the store as it is then. */
  readonly change: (tenant: StoredTenant) => Pick<TenantChanges, 'allow' | 'open'>
}

/** A closing that the store has asked for since it was saved. */
export interface Intent {
  readonly before: StoredTenant
  readonly after: StoredTenant
  readonly host: StoredHost
  readonly closing: Closing
  /** Of its cidrs, those that the store did not have: only the host may. */
  readonly unknown: readonly string[]
  readonly subject: OperationSubject
  readonly operation: StoredOperation
  /** The operation is one that failed before and asked for the same. */
  readonly isJoined: boolean
}

/**
 * Asks the store for what is to be taken away, and writes down that it is, before the host hears of it. Also of a tenant
 * that is being made or put back: its host may have no record of it yet, and gets one with what the store asks for.
 * @throws ProblemError NOT_FOUND, TENANT_RENAMED, TENANT_BUSY while it is being deleted; what the change throws
 */
export function intend(context: ServiceContext, db: StoreDb, which: TenantRef, change: AccessChange): Intent {
  const { tenant: before, host } = requireTenant(db, which)
  const isBeingMade = before.phase === 'creating'
  if (before.phase !== 'present' && !isBeingMade) {
    fail({ code: 'TENANT_BUSY', details: { tenant: before.name, state: describePhase(before.phase) } })
  }
  // Also where nothing of it is there: who was let in before, and waits for that, must not come in afterwards.
  context.askings.tookAway(change.asked, { tenantId: before.id, kind: change.kind, cidrs: change.cidrs })
  const changes = change.change(before)
  const pending = listPendingOf(db, before)
  const joined = findSame(pending, before, change)
  updateTenant(db, before.id, { ...changes, ...narrowReturn(before, changes) })
  const after = { ...before, ...changes }
  // Access that this panel itself let in is never later than this closing.
  const isOwn = isBeingMade || isLetInUnconfirmed(db, before.id, change.cidrs)
  const asOf = isOwn ? null : before.revision
  const closing = { kind: change.kind, cidrs: change.cidrs, asOf }
  const gone = (change.cidrs ?? []).filter((cidr) => !before.allow.some((entry) => entry.cidr === cidr))
  const hostOnly = gone.map((cidr) => ({ cidr, label: '' }))
  // A closing that is pending has taken its entries off the store's list, and the host has them still.
  const known = new Set(pending.flatMap((each) => [...listKnown(each), ...listBeside(each.operation)]))
  const unknown = gone.filter((cidr) => !known.has(cidr))
  const logged = change.cidrs === null ? { open: before.open } : { allow: [...before.allow, ...hostOnly] }
  const subject = {
    kind: change.kind,
    host,
    tenant: before,
    before: { ...logged, revision: asOf, ...(unknown.length === 0 ? {} : { unknown }) },
    after: change.cidrs === null ? { open: after.open } : { allow: [...after.allow] },
  }
  const steps = joined?.steps.map((step) => ({ ...step, state: 'intended' as const })) ?? []
  const operation =
    joined === undefined
      ? beginOperation(db, context, subject, describeSteps(host, closing, before))
      : // It begins again.
        { ...joined, steps }
  return { before, after, host, closing, unknown, subject, operation, isJoined: joined !== undefined }
}

/** Putting a tenant back may fail: the next time, too, it must not come back with what was taken away meanwhile. */
function narrowReturn(
  { phase, deletion }: StoredTenant,
  { open, allow }: Pick<TenantChanges, 'allow' | 'open'>,
): Pick<TenantChanges, 'deletion'> {
  if (phase !== 'creating' || deletion === null) return {}
  const kept = allow === undefined ? null : new Set(allow.map(({ cidr }) => cidr))
  return {
    deletion: {
      ...deletion,
      open: open === false ? false : deletion.open,
      allow: deletion.allow.filter(({ cidr }) => kept === null || kept.has(cidr)),
    },
  }
}

/**
 * The host as it is now, because whatever was before this in the lane can have taken minutes; and the operation. One that
 * was joined can have been ended meanwhile by a retry, whose answer the host may have given before this was asked for:
 * the host is asked again then, by an operation that has the same for its subject.
 * @throws ProblemError NOT_FOUND when the tenant was deleted meanwhile
 */
export async function ensurePending(
  context: ServiceContext,
  { before, subject, closing, operation }: Intent,
): Promise<Pick<Intent, 'host' | 'operation'>> {
  const { host, isPending } = await context.store.read((db) => {
    const tenant = findTenant(db, before.id)
    const host = findHost(db, tenant?.hostId ?? '')
    if (tenant === undefined || tenant.phase === 'deleted' || host === undefined)
      return fail({ code: 'NOT_FOUND', details: { noun: 'tenant', name: before.name } })
    const pending = listPendingClosings(db, host.id)
    return { host, isPending: pending.some((each) => each.operation.id === operation.id) }
  })
  if (isPending) return { host, operation }
  const again = await context.store.write((db) =>
    beginOperation(db, context, subject, describeSteps(host, closing, before)),
  )
  return { host, operation: again }
}

/**
 * The host was looked at for a closing that names what the store does not have: all that was on its list soon after was
 * there when it was asked for, whoever wrote it, and what only its filter had is out by then. Kept, so that whatever goes
 * on with it takes that away, and does not take for mistyped what is away by this look or a first try without an answer.
 * Never throws.
 * @param seen what was on the list, and the revision of the host's record then; null: it was not read
 * @param isSoon whether the list is as it was when it was asked for
 */
export async function keepSeen(
  { store, log }: Pick<ServiceContext, 'store' | 'log'>,
  intent: Intent,
  { known, strays, revision }: Pick<UnknownEntries, 'known' | 'strays' | 'revision'>,
  isSoon: boolean,
): Promise<Intent> {
  const { closing, operation, subject } = intent
  const listed = isSoon ? known.map(({ cidr }) => cidr) : []
  const there = [...listed, ...strays.asked]
  const isNewer = isSoon && revision !== null && closing.asOf !== null && revision > closing.asOf
  if (!isNewer && there.length === 0) return intent
  const asOf = isNewer ? revision : closing.asOf
  // The log has only the entries that differ, the subject all of them: each keeps its own.
  const logged = asSeen(operation.before, asOf, there)
  // A store that cannot be written keeps nobody let in.
  await store
    .write((db) => updateOperation(db, operation.id, { before: logged }))
    .catch((error: unknown) => log.warn({ err: error }, 'what a host had of a closing could not be kept'))
  return {
    ...intent,
    closing: { ...closing, asOf },
    subject: { ...subject, before: asSeen(subject.before ?? null, asOf, there) },
    operation: { ...operation, before: logged },
  }
}

function asSeen(before: Json, revision: number | null, there: readonly string[]): Json {
  if (typeof before !== 'object' || before === null || Array.isArray(before)) return before
  const unknown = listUnknown({ before }).filter((cidr) => !there.includes(cidr))
  return { ...before, revision, unknown }
}

/** The one step of a closing, for people. */
export function describeSteps(host: StoredHost, closing: Closing, { name }: Pick<StoredTenant, 'name'>) {
  const sentence = `On ${host.name}: ${describeClosing(closing, name, 'infinitive')}`
  return [{ kind: 'close-access', sentence }]
}

const listPendingOf = (db: StoreDb, { id, hostId }: Pick<StoredTenant, 'id' | 'hostId'>): PendingClosing[] =>
  listPendingClosings(db, hostId).filter(({ operation }) => operation.tenantId === id)

/** The entries of a closing that the store knew. */
function listKnown({ closing: { cidrs }, operation }: PendingClosing): string[] {
  const unknown = listUnknown(operation)
  return (cidrs ?? []).filter((cidr) => !unknown.includes(cidr))
}

/** In whatever order: the log has first what the store knew. */
const isSame = (one: readonly string[] | null, other: readonly string[] | null): boolean =>
  isDeepStrictEqual(one && [...one].sort(), other && [...other].sort())

/** The same again while its host is away is no other closing: unless somebody let in again what it took away. */
function findSame(
  pending: readonly PendingClosing[],
  { open, allow, revision }: StoredTenant,
  { kind, cidrs }: AccessChange,
): StoredOperation | undefined {
  const isBack = cidrs === null ? open : allow.some(({ cidr }) => cidrs.includes(cidr))
  if (isBack) return undefined
  return pending.find(
    ({ closing }) =>
      closing.kind === kind &&
      isSame(closing.cidrs, cidrs) &&
      (closing.asOf === null || closing.asOf === revision),
  )?.operation
}
