import { useEffect } from 'react'
import type { Tenant } from '../../../contract/tenant.ts'
import { useStore } from '../../rpc/store.ts'
import { changeView, type TableView, useDesk } from './desk.tsx'
import { rowHeight } from './table/tenant-row.tsx'

const selectReveal = ({ reveal }: TableView) => reveal

/** Goes to a new tenant's row as soon as there is one; a search that hides it is cleared. */
export function useReveal(all: readonly Tenant[], shown: readonly Tenant[]): void {
  const desk = useDesk()
  const reveal = useStore(desk.view, selectReveal)
  useEffect(() => {
    if (reveal === undefined) return
    const tenant = all.find(({ name }) => name === reveal)
    if (tenant === undefined) return
    const index = shown.indexOf(tenant)
    if (index < 0) {
      changeView(desk, { text: '' })
      return
    }
    changeView(desk, { current: tenant.id, reveal: undefined })
    const grid = document.querySelector<HTMLElement>('[role="grid"]')
    if (grid === null) return
    const top = index * rowHeight
    if (top < grid.scrollTop || top > grid.scrollTop + grid.clientHeight - 3 * rowHeight)
      grid.scrollTop = top - grid.clientHeight / 2
    grid.focus({ preventScroll: true })
  }, [all, shown, desk, reveal])
}
