import { useEffect, useRef } from 'react'
import type { Tenant } from '../../../contract/tenant.ts'
import { useLiveStore } from '../../rpc/live-context.tsx'
import { useDesk } from './desk.tsx'
import { keepOnly } from './selection.ts'

/** Marks go with their tenants; when the current row goes, the one that comes to its place is current. */
export function useLastingMarks(shown: readonly Tenant[]): void {
  const { view } = useDesk()
  const live = useLiveStore()
  const last = useRef(shown)
  useEffect(() => {
    const before = last.current
    last.current = shown
    if (before === shown) return
    const { tenantsById } = live.get()
    view.set((now) => {
      const selection = keepOnly(now.selection, (id) => tenantsById.has(id))
      const gone = now.current !== undefined && !tenantsById.has(now.current)
      if (!gone) return selection === now.selection ? now : { ...now, selection }
      const place = before.findIndex(({ id }) => id === now.current)
      return { ...now, selection, current: shown[Math.min(Math.max(place, 0), shown.length - 1)]?.id }
    })
  }, [shown, live, view])
}
