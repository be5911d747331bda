import { createListeners } from './listeners.ts'
import type { Loss, PanelConnection } from './panel-connection.ts'

/** That a connection is lost: said once, and to those who ask later too. */
export function createLosing(): { onLost: PanelConnection['onLost']; lose(loss: Loss): void } {
  const listeners = createListeners<Loss>()
  let lost: Loss | undefined
  return {
    onLost(listener) {
      if (lost === undefined) return listeners.add(listener)
      const loss = lost
      let wanted = true
      queueMicrotask(() => wanted && listener(loss))
      return () => {
        wanted = false
      }
    },
    lose(loss) {
      if (lost !== undefined) return
      lost = loss
      listeners.tell(loss)
    },
  }
}
