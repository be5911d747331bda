import { withLimit } from '../adapters/limit.ts'
import { listPendingClosings } from '../adapters/store/closings.ts'
import { findHost, listHosts } from '../adapters/store/hosts.ts'
import type { ServiceContext } from '../services/context.ts'
import type { HostAccess } from '../services/host/host-pool.ts'
import { retryClosings } from './retry-closings.ts'

/** A program that ends sooner has done what it was started for, and waits for no host. In milliseconds. */
const firstAfterMs = 1_000

/** Begins with what an earlier program left to be closed, also on hosts that nothing is asked of here. */
export function closeLeftOver(context: ServiceContext): void {
  context.background.later(firstAfterMs, () => {
    const work = context.store.read((db) => {
      const waiting = new Set(listPendingClosings(db).map(({ operation }) => operation.hostId))
      return listHosts(db).filter(({ id }) => waiting.has(id))
    })
    context.background.add(
      work.then((hosts) => Promise.all(hosts.map((host) => closeNow(context, context.hosts.access(host))))),
    )
  })
}

/** Takes away on a host what is still to be closed there, and again after growing pauses until nothing is. Never throws. */
export async function closeNow(context: ServiceContext, access: HostAccess): Promise<void> {
  const left = await retryClosings(context, access)
  if (left === 0) context.recoveries.succeeded(keyOf(access))
  else closeLater(context, access)
}

/**
 * The same before people read what is pending there: what can be closed by then is. For as long as a look may take; what
 * takes longer goes on beside it. Never throws.
 */
export async function closeBeforeReading(context: ServiceContext, access: HostAccess): Promise<void> {
  const work = closeNow(context, access)
  context.background.add(work)
  const limit = { host: access.host.name, action: 'close access', timeoutMs: access.timeLimits.lookMs }
  await withLimit(limit, () => work).catch(() => {})
}

/** The same after a pause, because it has just failed. */
export function closeLater(context: ServiceContext, access: HostAccess): void {
  if (access.seen.closesLater === true) return
  access.seen.closesLater = true
  context.background.later(context.recoveries.failed(keyOf(access)), () => {
    delete access.seen.closesLater
    const { refused, refusedBeside } = access.link.info()
    if (refused || refusedBeside) closeAfterRefusal(context, access)
    else context.background.add(closeAsItIsNow(context, access.host.id))
  })
}

/** A login that was refused is tried again seldom, but by people: servers shut out who is refused too often. */
function closeAfterRefusal(context: ServiceContext, access: HostAccess): void {
  if (access.seen.closesAfterRefusal === true) return
  access.seen.closesAfterRefusal = true
  context.background.later(access.timeLimits.refusedPauseMs, () => {
    delete access.seen.closesAfterRefusal
    context.background.add(closeAsItIsNow(context, access.host.id))
  })
}

/** The host may have been edited or forgotten meanwhile. */
async function closeAsItIsNow(context: ServiceContext, hostId: string): Promise<void> {
  const host = await context.store.read((db) => findHost(db, hostId))
  if (host !== undefined) await closeNow(context, context.hosts.access(host))
}

const keyOf = ({ host }: HostAccess): string => `closing ${host.id}`
