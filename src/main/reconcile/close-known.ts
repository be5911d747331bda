import { findHost } from '../adapters/store/hosts.ts'
import type { ServiceContext } from '../services/context.ts'
import type { HostAccess } from '../services/host/host-pool.ts'
import type { Place } from '../services/in-turn.ts'
import { type CarriedOut, carryOutClosing, confirmClosing } from './carry-out-closing.ts'
import type { Intent } from './intend-closing.ts'

/** The first part of a closing: the entries that the store had. */
export type ClosedFirst =
  /** It had none of them. */
  | { readonly kind: 'none' }
  | { readonly kind: 'closed'; readonly closed: CarriedOut }
  /** The closing of all is tried all the same, and tells why. */
  | { readonly kind: 'failed' }

/** Closes the entries that the store had, before the host is searched for the others, which can take seconds. */
export async function closeKnown(
  context: ServiceContext,
  { before, host, closing, unknown }: Intent,
  place: Place,
  askedAt: number,
): Promise<ClosedFirst> {
  const cidrs = (closing.cidrs ?? []).filter((cidr) => !unknown.includes(cidr))
  if (cidrs.length === 0) return { kind: 'none' }
  await place.turn
  // Minutes can have passed before the turn came.
  const now = await context.store.read((db) => findHost(db, before.hostId))
  const access = context.hosts.access(now ?? host)
  try {
    const part = { ...closing, cidrs }
    const closed = await carryOutClosing(context, access, context.newId(), before.id, part, askedAt)
    await keepConfirmed(context, access, before.id, closed)
    return { kind: 'closed', closed }
  } catch (error) {
    context.log.debug({ err: error, tenant: before.id }, 'the known entries of a closing are not confirmed')
    return { kind: 'failed' }
  }
}

/** Changes that write the record before the second part would take it for another panel's. Never throws. */
async function keepConfirmed(
  { store, log }: ServiceContext,
  { seen }: HostAccess,
  tenantId: string,
  closed: CarriedOut,
): Promise<void> {
  try {
    await store.write((db) => confirmClosing(db, tenantId, closed, seen.written.get(tenantId)))
  } catch (error) {
    log.debug({ err: error, tenant: tenantId }, 'the first part of a closing is kept with the second')
  }
}

/**
 * The answers to both parts of a closing, as if it had been one.
 * @param letIn cidrs that the store asks for by now: what was let in again here after the first part is not another panel's
 */
export function joinClosed(first: ClosedFirst, rest: CarriedOut, letIn: readonly string[] = []): CarriedOut {
  if (first.kind !== 'closed') return rest
  const { was, revision, closed, left, cut, problems, isOlder } = first.closed
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
