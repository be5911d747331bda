import { setTimeout as pause } from 'node:timers/promises'
import type { AnyContractRouter } from '@orpc/contract'
import type { Context, Router } from '@orpc/server'
import type { StoreLock } from './lock.ts'
import type { ControlServer } from './server.ts'

/** Most commands have ended by then, in milliseconds: they load no server. */
const usuallyOverMs = 1_000

/** How long guests may keep a program whose own work is over before that is explained, in milliseconds. */
const unexplainedMs = 1_000

/** A program with work of its own that answers others meanwhile. */
export interface LaterServer {
  /**
   * Waits for the guests and takes no more of them. Until the last one has left others are answered too: they would wait
   * for that one otherwise.
   * @param tellWait called when that takes longer than a moment
   */
  end(tellWait: () => void): Promise<void>
}

/** Serves the control socket once the work of this program has lasted longer than most. */
export function serveLater<Initial extends Context>(
  lock: StoreLock,
  router: Router<AnyContractRouter, Initial>,
  context: Initial,
  onFailure: (error: unknown) => void,
): LaterServer {
  // Others could not learn of a socket from a lock that cannot be written.
  if (lock.readOnly) return { end: () => Promise.resolve() }
  const stop = new AbortController()
  const serve = async (): Promise<ControlServer | undefined> => {
    await pause(usuallyOverMs, undefined, { signal: stop.signal, ref: false })
    const { serveControl } = await import('./server.ts')
    return stop.signal.aborted ? undefined : serveControl(lock, router, context)
  }
  const serving = serve().catch((error: unknown) => {
    // The work goes on without: others wait for its end, as they did before.
    if (!stop.signal.aborted) onFailure(error)
    return undefined
  })
  return {
    async end(tellWait) {
      stop.abort()
      const server = await serving
      if (server === undefined) return
      const timer = setTimeout(tellWait, unexplainedMs)
      await server.closeAfterGuests()
      clearTimeout(timer)
    },
  }
}
