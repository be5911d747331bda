import { createListeners } from './listeners.ts'
import type { PanelConnection } from './panel-connection.ts'

/** That a connection is lost: said once, and to those who ask later too. */
export function createLosing(): { onLost: PanelConnection['onLost']; lose(sentence: string): void } {
  const listeners = createListeners<string>()
  let lost: string | undefined
  return {
    onLost(listener) {
      if (lost === undefined) return listeners.add(listener)
      const sentence = lost
      let wanted = true
      queueMicrotask(() => wanted && listener(sentence))
      return () => {
        wanted = false
      }
    },
    lose(sentence) {
      if (lost !== undefined) return
      lost = sentence
      listeners.tell(sentence)
    },
  }
}
