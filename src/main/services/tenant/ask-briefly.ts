import { setTimeout as pause } from 'node:timers/promises'
import type { StoredTenant } from '../../adapters/store/tenants.ts'
import type { ServiceContext } from '../context.ts'
import type { HostAccess } from '../host/host-pool.ts'
import { askFigures, observeOfHost } from './observe-figures.ts'

/** For a cache that answered a moment ago, in milliseconds. */
const answersInMs = 500
/** A cache that is well answers sooner than Docker; in milliseconds. */
const graceMs = 100

/**
 * Asks the cache of a tenant that was changed, and keeps as its vital what it says, or that it says nothing. The change is
 * done: this ends after 500 ms, whatever the cache and its host do, and never fails.
 */
export function askBriefly(context: ServiceContext, access: HostAccess, tenant: StoredTenant): Promise<void> {
  const limits = { eachMs: answersInMs, allMs: answersInMs }
  const asking = observeOfHost(context, access, [tenant], limits)
  return endWith(context, tenant, asking, Promise.resolve(), answersInMs)
}

/**
 * Asks the cache of a tenant that access was taken away from, beside other looks: this ends 100 ms after them, or with
 * them where they fail, and never fails itself. No connection is opened for it, and that the cache says nothing is not
 * kept: then its clients would be counted, which needs a helper, and that may be what hangs.
 */
export async function askBeside(
  context: ServiceContext,
  access: HostAccess,
  tenant: StoredTenant,
  looks: Promise<unknown>,
): Promise<void> {
  if (!access.link.info().connected) return
  const over = new AbortController()
  const limits = { timeoutMs: answersInMs, signal: over.signal }
  await endWith(context, tenant, askFigures(context, access, tenant, limits), looks, graceMs)
  over.abort()
}

/** Waits for the question, and no longer than so many milliseconds after the other work. */
async function endWith(
  { log }: ServiceContext,
  { id }: StoredTenant,
  question: Promise<unknown>,
  other: Promise<unknown>,
  afterMs: number,
): Promise<void> {
  const ended = new AbortController()
  const late = other.then(() => pause(afterMs, undefined, { signal: ended.signal })).catch(() => {})
  const asked = question.catch((error: unknown) => {
    log.warn({ err: error, tenant: id }, 'a cache could not be asked after a change')
  })
  await Promise.race([asked, late])
  ended.abort()
}
