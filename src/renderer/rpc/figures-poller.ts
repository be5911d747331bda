import type { FiguresAnswer } from '../../contract/tenant.ts'
import type { FiguresStore } from './figures-store.ts'

/** How often what is on the screen is asked. */
const visibleEveryMs = 3_000
/** Between two questions about those that are not. */
const othersEveryMs = 1_000
/** After everybody was asked once, the next round waits until so long after the beginning of this one. */
const roundEveryMs = 15_000
/** One question takes 200 at most; a hundred at a time leaves room for the visible ones in between. */
const othersAtOnce = 100
const mostAtOnce = 200

export interface FiguresPoller {
  /** The tenants on the screen are asked first, and at once where the last time is long ago. */
  show(ids: readonly string[]): void
  /** Nothing is asked while the page cannot be seen. */
  pause(paused: boolean): void
  stop(): void
}

/**
 * Keeps figures fresh for as long as it runs: the visible ones every three seconds, all others in turn.
 * @param ask fails when the program does not answer; then it is asked again after the usual time
 * @param listOthers everybody who may have figures, asked for at the beginning of each round
 */
export function startFiguresPoller(
  ask: (ids: readonly string[], signal: AbortSignal) => Promise<FiguresAnswer>,
  store: FiguresStore,
  listOthers: () => readonly string[],
): FiguresPoller {
  const ended = new AbortController()
  let visible: readonly string[] = []
  let paused = false
  let wake: (() => void) | undefined
  let queue: string[] = []
  let roundBeganAt = Number.NEGATIVE_INFINITY
  let askedVisibleAt = Number.NEGATIVE_INFINITY
  /** When each was asked last. */
  const asked = new Map<string, number>()

  const pull = async (ids: readonly string[]): Promise<void> => {
    if (ids.length === 0) return
    for (const id of ids) asked.set(id, performance.now())
    try {
      const answer = await ask(ids, ended.signal)
      if (!ended.signal.aborted) store.put(answer)
    } catch {
      // The figures show when they were observed, and the banner of the frame that the program is gone.
    }
  }

  const takeOthers = (now: number): readonly string[] => {
    if (queue.length === 0) {
      if (now - roundBeganAt < roundEveryMs) return []
      const shown = new Set(visible)
      queue = listOthers().filter((id) => !shown.has(id))
      // Before the tenants are read there is no round; the first must not wait for the end of its time.
      if (queue.length > 0) roundBeganAt = now
    }
    return queue.splice(0, othersAtOnce)
  }

  const sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  const run = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      if (!paused) {
        if (performance.now() - askedVisibleAt >= visibleEveryMs) {
          askedVisibleAt = performance.now()
          await pull(visible.slice(0, mostAtOnce))
        }
        await pull(takeOthers(performance.now()))
      }
      if (ended.signal.aborted) return
      await sleep(paused ? 60_000 : othersEveryMs)
    }
  }
  run()

  return {
    show(ids) {
      visible = ids
      const longAgo = performance.now() - roundEveryMs
      if (ids.every((id) => (asked.get(id) ?? Number.NEGATIVE_INFINITY) > longAgo)) return
      askedVisibleAt = Number.NEGATIVE_INFINITY
      wake?.()
    },
    pause(next) {
      if (paused === next) return
      paused = next
      wake?.()
    },
    stop() {
      ended.abort()
      wake?.()
    },
  }
}
