import { type RefObject, useCallback, useLayoutEffect, useRef } from 'react'
import type { Tenant } from '../../../../contract/tenant.ts'
import { useDesk } from '../desk.tsx'
import { sortsByFigures } from '../sort-tenants.ts'
import { rowHeight } from './tenant-row.tsx'

const headerHeight = 31

/** Keeps the rows where the eye is, and brings one into view. */
export function useScrolling(grid: RefObject<HTMLElement | null>, rows: readonly Tenant[]) {
  const { view } = useDesk()

  useLayoutEffect(() => {
    const element = grid.current
    if (element === null) return
    element.scrollTop = view.get().scrollTop
    return () => view.set((before) => ({ ...before, scrollTop: element.scrollTop }))
  }, [grid, view])

  const last = useRef({ rows, text: view.get().text, sorting: view.get().sorting })
  useLayoutEffect(() => {
    const element = grid.current
    const before = last.current
    const { text, sorting } = view.get()
    last.current = { rows, text, sorting }
    if (element === null || before.rows === rows) return
    if (text !== before.text || sorting !== before.sorting) {
      element.scrollTop = 0
      return
    }
    // Rows that came or went above do not move those that are read; an order by figures changes as a whole.
    if (element.scrollTop === 0 || sortsByFigures(sorting.column)) return
    const first = Math.floor(element.scrollTop / rowHeight)
    const anchor = before.rows[first]
    if (anchor === undefined || rows[first] === anchor || rows[first]?.id === anchor.id) return
    const now = rows.findIndex(({ id }) => id === anchor.id)
    if (now >= 0) element.scrollTop += (now - first) * rowHeight
  }, [grid, rows, view])

  const showRow = useCallback(
    (index: number): void => {
      const element = grid.current
      if (element === null) return
      const top = index * rowHeight
      const room = element.clientHeight - headerHeight
      if (top < element.scrollTop) element.scrollTop = top
      else if (top + rowHeight > element.scrollTop + room) element.scrollTop = top + rowHeight - room
    },
    [grid],
  )
  const pageRows = useCallback(
    (): number => Math.max(1, Math.floor(((grid.current?.clientHeight ?? 0) - headerHeight) / rowHeight) - 1),
    [grid],
  )
  return { showRow, pageRows }
}
