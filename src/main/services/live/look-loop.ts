import { setTimeout as pause } from 'node:timers/promises'
import type { StoredHost } from '../../adapters/store/hosts.ts'
import { adoptAgain } from '../../reconcile/adopt-all.ts'
import { closeNow } from '../../reconcile/close-later.ts'
import { recoverUnfinished } from '../../reconcile/recover-host.ts'
import type { ServiceContext } from '../context.ts'
import { sweepOrphans } from '../host/sweep-orphans.ts'
import { noteLosses } from '../tenant/note-losses.ts'
import type { ObservedTenants } from '../tenant/observe-tenants.ts'
import type { Board } from './board.ts'
import { createFilterLook } from './filter-look.ts'
import { createFollower } from './follow-others.ts'
import { describeFailure, lookAtHost, lookAtTenants } from './host-sight.ts'

/** The pause after a long look, in lengths of that look. */
const lookPauseFactor = 4
/** More than so many tenants are looked at by looking at their whole host. */
const mostSingly = 4

/** The looks at one host, one after the other, for as long as somebody watches. */
export interface LookLoop {
  /** Looks at these tenants soon. */
  readonly lookAt: (ids: Iterable<string>) => void
  /** Looks at the whole host soon. */
  readonly lookAtAll: () => void
}

/**
 * Ends by itself when the signal is aborted or the host has left the board.
 * @param putTenants puts tenants on the board as the store has them now
 */
export function startLooking(
  context: ServiceContext,
  board: Board,
  hostId: string,
  putTenants: (ids: readonly string[]) => Promise<void>,
  signal: AbortSignal,
): LookLoop {
  let wanted = new Set<string>()
  let isWholeWanted = true
  let nextWholeAt = 0
  let isAdopting = false
  const follow = createFollower(context, board)
  const filterLook = createFilterLook(context, board, hostId, signal)
  let wake = new AbortController()

  async function lookOnce(): Promise<void> {
    const home = board.host(hostId)
    if (home === undefined) return
    const ids = [...wanted]
    wanted = new Set()
    const { seen } = home.sight
    const singly =
      !isWholeWanted && performance.now() < nextWholeAt && ids.length <= mostSingly && seen !== undefined
    if (!singly || !(await lookAtTenants(context, home.host, seen, ids))) await lookWhole()
    if (!signal.aborted && ids.length > 0) await putTenants(ids)
  }

  async function lookWhole(): Promise<void> {
    const home = board.host(hostId)
    if (home === undefined) return
    isWholeWanted = false
    const startedAt = performance.now()
    const { sight, observed } = await lookAtHost(context, home.host)
    if (signal.aborted) return
    await board.see(hostId, sight)
    const now = performance.now()
    nextWholeAt = now + planPause(observed !== undefined, now - startedAt)
    // Not waited for: removing a container can take a minute, and the next look does not depend on it.
    if (observed !== undefined) tidy(home.host, observed, startedAt)
    else if (sight.connection === 'connected') tidyRegistry(home.host)
    // The filter does not depend on Docker, nor on records that can be read.
    if (sight.connection === 'connected') filterLook.lookWhenDue(home.host)
  }

  /** @param tookMs how long the look took that has just ended */
  function planPause(wasSeen: boolean, tookMs: number): number {
    const { lookEveryMs, refusedPauseMs } = context.timeLimits
    if (isRefused()) return refusedPauseMs
    return wasSeen ? Math.max(lookEveryMs, lookPauseFactor * tookMs) : lookEveryMs
  }

  function isRefused(): boolean {
    const home = board.host(hostId)
    return home !== undefined && context.hosts.access(home.host).link.info().refused
  }

  /** Starts the work that a look at a host is the occasion for. Each piece runs by itself: none holds up another. */
  function tidy(host: StoredHost, observed: ObservedTenants, since: number): void {
    const access = context.hosts.access(host)
    startAll([
      closeNow(context, access),
      recoverUnfinished(context, access),
      follow(host, observed, since),
      sweepOrphans(context, access, observed),
      noteLosses(context, host, observed),
    ])
  }

  /** The same where Docker does not answer: what is closed, and whether the host was put back, is the registry's matter. */
  function tidyRegistry(host: StoredHost): void {
    const access = context.hosts.access(host)
    // By itself it opens no connection: a login that was refused is tried again by people only.
    if (isAdopting || !access.link.info().connected) return
    isAdopting = true
    const adopting = adoptAgain(context, access)
      // The page says what is wrong with the host, and this is tried again for as long as that is so.
      .catch((error: unknown) => context.log.debug({ err: error, host: hostId }, 'a look led to nothing'))
      .finally(() => {
        isAdopting = false
      })
    startAll([closeNow(context, access), adopting])
  }

  function startAll(works: readonly Promise<unknown>[]): void {
    for (const work of works) {
      work.catch((error: unknown) => {
        // The next look says what is wrong with the host, and tries again.
        if (!signal.aborted) context.log.warn({ err: error, host: hostId }, 'a look led to nothing')
      })
    }
  }

  async function run(): Promise<void> {
    while (!signal.aborted && board.host(hostId) !== undefined) {
      wake = new AbortController()
      await lookOnce()
      const waitMs = nextWholeAt - performance.now()
      if (wanted.size > 0 || isWholeWanted || waitMs <= 0) continue
      const endListening = listenForConnection()
      await pause(waitMs, undefined, { signal: AbortSignal.any([signal, wake.signal]) }).catch(() => {})
      endListening()
    }
  }

  /** A defect of a look must not leave the last state on the page as if it were true. */
  async function runAgain(): Promise<void> {
    while (!signal.aborted && board.host(hostId) !== undefined) {
      try {
        await run()
      } catch (error) {
        // A program that is being closed has no store any more.
        if (signal.aborted) return
        context.log.error({ err: error, host: hostId }, 'the looks at a host begin again')
        await tellFailure(error).catch(() => {})
        await pause(context.timeLimits.lookEveryMs, undefined, { signal }).catch(() => {})
      }
    }
  }

  async function tellFailure(error: unknown): Promise<void> {
    const home = board.host(hostId)
    if (home === undefined) return
    await board.see(hostId, describeFailure(context, context.hosts.access(home.host), error))
  }

  /** A link that comes back between two looks is looked through at once. */
  function listenForConnection(): () => void {
    const home = board.host(hostId)
    return home === undefined ? () => {} : context.hosts.access(home.host).link.onConnect(lookAtAll)
  }

  function lookAtAll(): void {
    isWholeWanted = true
    filterLook.makeDue()
    wake.abort()
  }

  void runAgain()
  return {
    lookAt(ids) {
      for (const id of ids) wanted.add(id)
      wake.abort()
    },
    lookAtAll,
  }
}
