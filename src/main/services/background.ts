import { setMaxListeners } from 'node:events'
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'

/** Work that nobody waits for. */
export interface Background {
  add(work: Promise<unknown>): void
  /**
   * Begins work after a pause in milliseconds.
   * @param atEnd if the program ends before: it is given up, or begins then
   */
  later(afterMs: number, begin: () => void, atEnd?: 'given-up' | 'begins'): void
  /**
   * Waits for everything that was added.
   * @param withinMs milliseconds; what takes longer goes on
   */
  idle(withinMs: number): Promise<void>
  /** The same at the end of the program: nothing is left for later. */
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
    later(afterMs, begin, atEnd = 'given-up') {
      const end = atEnd === 'begins' ? begin : () => {}
      pause(afterMs, undefined, { ref: false, signal: ending.signal }).then(begin, end)
    },
    idle,
    async settle(withinMs) {
      ending.abort()
      // Whatever begins at the end has begun then.
      await nextTurn()
      await idle(withinMs)
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
