import { findHost } from '../adapters/store/hosts.ts'
import { findTenant } from '../adapters/store/tenants.ts'
import type { ServiceContext } from '../services/context.ts'
import type { HostAccess } from '../services/host/host-pool.ts'
import type { Place } from '../services/in-turn.ts'
import { type CarriedOut, carryOutClosing, confirmClosing } from './carry-out-closing.ts'
import type { Intent } from './intend-closing.ts'
import { describePartly, type PartlyRevoked } from './partly-closed.ts'
import { splitClosing } from './split-closing.ts'

/** The first part of a closing: the entries that the store had. */
export type ClosedFirst =
  /** It had none of them. */
  | { readonly kind: 'none' }
  /** `rest`: the intent that is left. */
  | { readonly kind: 'closed'; readonly closed: CarriedOut; readonly rest: Intent }
  /** The closing of all is tried all the same, and tells why. */
  | { readonly kind: 'failed' }

/** Closes the entries that the store had, before the host is searched for the others, which can take seconds. */
export async function closeKnown(
  context: ServiceContext,
  intent: Intent,
  place: Place,
  askedAt: number,
): Promise<ClosedFirst> {
  const { before, host, closing, unknown } = intent
  const cidrs = (closing.cidrs ?? []).filter((cidr) => !unknown.includes(cidr))
  if (cidrs.length === 0) return { kind: 'none' }
  await place.turn
  // Minutes can have passed before the turn came.
  const now = await context.store.read((db) => findHost(db, before.hostId))
  const access = context.hosts.access(now ?? host)
  try {
    const part = { ...closing, cidrs }
    const closed = await carryOutClosing(context, access, context.newId(), before.id, part, askedAt)
    return { kind: 'closed', closed, rest: await keepConfirmed(context, access, intent, closed) }
  } catch (error) {
    context.log.debug({ err: error, tenant: before.id }, 'the known entries of a closing are not confirmed')
    return { kind: 'failed' }
  }
}

/** Changes that write the record before the second part would take it for another panel's. Never throws. */
async function keepConfirmed(
  context: ServiceContext,
  { seen }: HostAccess,
  intent: Intent,
  closed: CarriedOut,
): Promise<Intent> {
  const { id } = intent.before
  try {
    return await context.store.write((db) => {
      confirmClosing(db, id, closed, seen.written.get(id))
      return splitClosing(context, db, intent, closed.left)
    })
  } catch (error) {
    context.log.debug({ err: error, tenant: id }, 'the first part of a closing is kept with the second')
    return intent
  }
}

/** Access that the first part was to take away and that stays, because another panel has written it. */
export const listLeft = (first: ClosedFirst): readonly string[] =>
  first.kind === 'closed' ? first.closed.left : []

/** The first part, where the second one fails. */
export function describeFirst(first: ClosedFirst): PartlyRevoked {
  if (first.kind !== 'closed') return {}
  const { closed } = first.closed
  const revoked = closed.length === 0 ? {} : { revoked: [...closed] }
  return { ...revoked, ...describePartly({ cidrs: closed }, first.closed) }
}

/**
 * The answers to both parts of a closing, as if it had been one.
 * @param letIn cidrs that the store asks for by now: what was let in again here after the first part is not another panel's
 */
export function joinClosed(first: CarriedOut, rest: CarriedOut, letIn: readonly string[] = []): CarriedOut {
  const { was, revision, closed, left, cut, problems, isOlder } = first
  const isBack = (cidr: string): boolean =>
    !letIn.includes(cidr) && rest.allow.some((entry) => entry.cidr === cidr)
  return {
    ...rest,
    // Nobody else wrote the record between them.
    was: rest.was === revision ? was : rest.was,
    closed: [...closed.filter((cidr) => !isBack(cidr)), ...rest.closed],
    left: [...left, ...closed.filter(isBack), ...rest.left],
    cut: [...cut, ...rest.cut],
    problems: [...problems, ...rest.problems],
    isOlder: isOlder || rest.isOlder,
  }
}

/**
 * The answers to both parts of a closing, in the turn of the second. Where the host was put back between them, the first is
 * closed once more.
 */
export async function joinParts(
  { store }: Pick<ServiceContext, 'store'>,
  tenantId: string,
  first: ClosedFirst,
  rest: CarriedOut,
  closeAgain: (cidrs: readonly string[]) => Promise<CarriedOut>,
): Promise<CarriedOut> {
  if (first.kind !== 'closed') return rest
  const { closed } = first
  if (hasLost(closed, rest)) return joinClosed(rest, await closeAgain(closed.closed))
  const now = await store.read((db) => findTenant(db, tenantId))
  return joinClosed(
    closed,
    rest,
    now?.allow.map(({ cidr }) => cidr),
  )
}

/** Whether the host was put back between both parts of a closing, to before the first: it lets in whom that shut out. */
const hasLost = (first: CarriedOut, { absent, was }: CarriedOut): boolean => !absent && was < first.revision
