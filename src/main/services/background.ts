import { setMaxListeners } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'

/** Work that nobody waits for. */
export interface Background {
  add(work: Promise<unknown>): void
  /** Begins work after a pause in milliseconds, unless the program ends before. */
  later(afterMs: number, begin: () => void): void
  /**
   * Waits for everything that was added.
   * @param withinMs milliseconds; what takes longer goes on
   */
  idle(withinMs: number): Promise<void>
  /** The same at the end of the program: nothing begins later. */
  settle(withinMs: number): Promise<void>
}

export function createBackground(): Background {
  const works = new Set<Promise<unknown>>()
  const ending = new AbortController()
  // Each pause listens, and each host may have some: Node would warn of more than ten on the operator's terminal.
  setMaxListeners(0, ending.signal)
  return {
    add(work) {
      const settled = work
        .catch(() => {})
        .finally(() => {
          works.delete(settled)
        })
      works.add(settled)
    },
    later(afterMs, begin) {
      pause(afterMs, undefined, { ref: false, signal: ending.signal }).then(begin, () => {})
    },
    idle,
    settle(withinMs) {
      ending.abort()
      return idle(withinMs)
    },
  }

  async function idle(withinMs: number): Promise<void> {
    const late = new AbortController()
    const tooLate = pause(withinMs, undefined, { signal: late.signal }).catch(() => {})
    const all = async (): Promise<void> => {
      while (works.size > 0) await Promise.all(works)
    }
    await Promise.race([all(), tooLate])
    late.abort()
  }
}
