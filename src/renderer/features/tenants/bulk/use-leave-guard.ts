import { notifications } from '@mantine/notifications'
import { useEffect } from 'react'
import type { Store } from '../../../rpc/store.ts'
import type { BulkState } from './bulk-state.ts'
import { countUnbegun, describeLeaving } from './leaving.ts'

/** Under this name a tab keeps what it could not finish, until it is there again. */
const leftKey = 'memharbor:left'

/**
 * Has the operator asked before the page is left while something has not begun, because it is this page that begins it;
 * and tells afterwards what became of it.
 */
export function useLeaveGuard(bulk: Store<BulkState>): void {
  useEffect(() => {
    const left = sessionStorage.getItem(leftKey)
    if (left !== null) notifications.show({ message: left, color: 'yellow', autoClose: false })
    sessionStorage.removeItem(leftKey)
    const ask = (event: BeforeUnloadEvent): void => {
      if (countUnbegun(bulk.get()) > 0) event.preventDefault()
    }
    const keep = (): void => {
      const sentence = describeLeaving(bulk.get())
      if (sentence !== undefined) sessionStorage.setItem(leftKey, sentence)
    }
    window.addEventListener('beforeunload', ask)
    window.addEventListener('pagehide', keep)
    return () => {
      window.removeEventListener('beforeunload', ask)
      window.removeEventListener('pagehide', keep)
    }
  }, [bulk])
}
