import { describeOlder, describeOtherwise } from '../../core/host/describe-older.ts'
import {
  type CloseAgain,
  compareMemory,
  describeCloseAgain,
  listSigns,
  type PutBackDifference,
  planCloseAgain,
} from '../../core/plan/put-back.ts'
import { describeProblem } from '../../domain/describe-problem.ts'
import { findHost, type StoredHost, updateHost } from '../adapters/store/hosts.ts'
import type { StoreDb } from '../adapters/store/rows.ts'
import { findTenant, updateTenant } from '../adapters/store/tenants.ts'
import type { ServiceContext } from '../services/context.ts'
import type { HostAccess } from '../services/host/host-pool.ts'
import { closeAgain, type LeftOpen } from './close-again.ts'
import { type MemoryOptions, observeMemory, type SeenMemory } from './host-memory.ts'

/** The outcome of a look at a host that may have been put back. */
export interface Settled {
  /** Something is left to be asked. */
  readonly isMarked: boolean
  /** No tenant was left out because this program is at work on it, and all is closed again. */
  readonly isWhole: boolean
  /** Something was closed again. */
  readonly hasClosed: boolean
  /** Closings that failed again. */
  readonly left: readonly LeftOpen[]
}

export const nothingLeft: Settled = { isMarked: false, isWhole: true, hasClosed: false, left: [] }

/**
 * Looks whether a host was put back, closes again what was closed on it, and keeps the rest as a question. In the turn of
 * the host's other such looks.
 * @throws ProblemError of the connection or the helper
 */
export async function settleMemory(
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
    context.notices.add(describePutBack(seen.host, closed, differences))
  }
  for (const each of left) tellLeft(context, access, seen.host.putBack, each)
  const isWhole = now.leftOut.size + left.length + later.length === 0
  return { isMarked: marked.isLeft, isWhole, hasClosed: closed.length > 0, left }
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
  const putBack = tenantIds.length === 0 ? null : { since: now().toISOString(), ...host.putBack, tenantIds }
  if (JSON.stringify(putBack) !== JSON.stringify(host.putBack)) updateHost(db, id, { putBack })
  return { isNew: before.length === 0, isLeft: putBack !== null }
}

/** Once for each connection: each look tries it again, and meets the same. */
function tellLeft(
  { notices }: ServiceContext,
  { host, seen }: HostAccess,
  mark: StoredHost['putBack'],
  { again, problem }: LeftOpen,
): void {
  const { message, advice } = describeProblem(problem)
  const sentence = `${describeOlder(host.name, mark)}, and ${describeCloseAgain(again)} could not be closed again on it: ${message} ${advice}`
  if (seen.told.has(sentence)) return
  seen.told.add(sentence)
  notices.add(sentence)
}

function describePutBack(
  { name, putBack }: StoredHost,
  closed: readonly CloseAgain[],
  differences: readonly PutBackDifference[],
): string {
  const again = closed.length === 0 ? '' : ` Closed again: ${closed.map(describeCloseAgain).join(', ')}.`
  const names = differences.map((difference) => difference.name)
  const ask =
    names.length === 0
      ? ''
      : ` ${describeOtherwise(putBack, names)} Choose whose state counts on its screen, or with \`memharbor host recover ${name} --as-panel\` or \`memharbor host recover ${name} --as-host\`.`
  return `${describeOlder(name, putBack)}.${again}${ask}`
}
