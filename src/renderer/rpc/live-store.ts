import type { PanelEvent } from '../../contract/panel.ts'
import { applyEvents, emptyLiveState, type LiveState, noOthers } from './live-state.ts'
import type { Loss } from './panel-connection.ts'

/** The live state outside of React: whoever shows a part of it subscribes. */
export interface LiveStore {
  get(): LiveState
  subscribe(listener: () => void): () => void
  /** Puts a notice away. */
  dismiss(sentence: string): void
  /** Puts away how much other panels did. */
  dismissOthers(): void
}

export interface OpenLiveStore extends LiveStore {
  push(event: PanelEvent): void
  lose(loss: Loss): void
}

/** Events that come within one frame make one new state, so that a burst of them is drawn once. */
export function createLiveStore(schedule: (draw: () => void) => void = requestDraw): OpenLiveStore {
  const listeners = new Set<() => void>()
  let state = emptyLiveState
  let waiting: PanelEvent[] = []
  const set = (next: LiveState): void => {
    state = next
    for (const listener of listeners) listener()
  }
  return {
    get: () => state,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    dismiss: (sentence) => set({ ...state, notices: state.notices.filter((each) => each !== sentence) }),
    dismissOthers: () => set({ ...state, others: noOthers }),
    push(event) {
      waiting.push(event)
      if (waiting.length > 1) return
      schedule(() => {
        const events = waiting
        waiting = []
        set(applyEvents(state, events))
      })
    },
    lose: (loss) => set({ ...state, lost: loss }),
  }
}

/** A hidden page gets no frames but still has to keep up, or events would pile up in memory. */
function requestDraw(draw: () => void): void {
  if (document.hidden) setTimeout(draw, 0)
  else requestAnimationFrame(draw)
}
