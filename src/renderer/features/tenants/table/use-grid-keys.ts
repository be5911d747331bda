import type { KeyboardEvent } from 'react'
import type { Tenant } from '../../../../contract/tenant.ts'
import { changeView, useDesk } from '../desk.tsx'
import { moveRow, readGridKey } from '../grid-keys.ts'
import { nothingSelected, selectRange, toggleAll } from '../selection.ts'
import type { TableCommands } from './table-commands.ts'
import { rowElementId } from './tenant-row.tsx'

interface GridKeysOptions {
  readonly rows: readonly Tenant[]
  readonly commands: TableCommands
  readonly showRow: (index: number) => void
  readonly pageRows: () => number
  readonly mark: (tenant: Tenant, range: boolean) => void
  readonly copyEndpoint: (tenant: Tenant) => void
}

/** The handler of keys while the table has the focus. */
export function useGridKeys({ rows, commands, showRow, pageRows, mark, copyEndpoint }: GridKeysOptions) {
  const desk = useDesk()
  const ids = (): string[] => rows.map(({ id }) => id)
  return (event: KeyboardEvent<HTMLElement>): void => {
    // Buttons and links inside keep their own keys.
    if (event.target !== event.currentTarget) return
    const command = readGridKey(event)
    if (command === undefined) return
    const { current, selection } = desk.view.get()
    const at = rows.findIndex(({ id }) => id === current)
    const tenant = rows[at]
    event.preventDefault()
    event.stopPropagation()
    switch (command.kind) {
      case 'move': {
        const next = moveRow(at, command.to, rows.length, pageRows())
        const target = rows[next]
        if (target === undefined) return
        const extended = command.extend ? selectRange(selection, ids(), target.id, current) : selection
        changeView(desk, { current: target.id, selection: extended })
        showRow(next)
        return
      }
      case 'open':
        if (tenant !== undefined) commands.open(tenant)
        return
      case 'toggle':
        if (tenant !== undefined) mark(tenant, false)
        return
      case 'select-all':
        changeView(desk, { selection: toggleAll(selection, ids()) })
        return
      case 'delete':
        if (selection.ids.size > 0) commands.remove([])
        else if (tenant !== undefined) commands.remove([tenant])
        return
      case 'search':
        commands.search()
        return
      case 'clear':
        if (selection.ids.size > 0) changeView(desk, { selection: nothingSelected })
        else commands.clear()
        return
      case 'copy':
        if (tenant !== undefined) copyEndpoint(tenant)
        return
      case 'menu': {
        const element = tenant === undefined ? null : document.getElementById(rowElementId(tenant.id))
        if (tenant === undefined || element === null) return
        const { left, bottom } = element.getBoundingClientRect()
        commands.menu(tenant, { x: left + 36, y: bottom })
      }
    }
  }
}
