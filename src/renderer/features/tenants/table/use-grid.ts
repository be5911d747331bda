import { type MouseEvent, useRef, useState } from 'react'
import type { Tenant } from '../../../../contract/tenant.ts'
import { copyText } from '../../../ui/copy-text.ts'
import { renderEndpoint } from '../../../ui/endpoint.ts'
import type { ColumnId } from '../columns.ts'
import { changeView, useDesk } from '../desk.tsx'
import { selectRange, toggleRow } from '../selection.ts'
import { describeCell } from './describe-cell.ts'
import type { TableCommands } from './table-commands.ts'
import { useGridKeys } from './use-grid-keys.ts'

interface GridOptions {
  readonly rows: readonly Tenant[]
  readonly columns: readonly ColumnId[]
  readonly commands: TableCommands
  readonly showRow: (index: number) => void
  readonly pageRows: () => number
}

/** Keys and clicks of the table, and whose endpoint was copied a moment ago. */
export function useGrid({ rows, columns, commands, showRow, pageRows }: GridOptions) {
  const desk = useDesk()
  const [copied, setCopied] = useState<string>()
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const copyEndpoint = (tenant: Tenant): void => {
    const endpoint = renderEndpoint(tenant.addresses[0], tenant.port)
    if (endpoint === '') return
    void copyText(endpoint, endpoint)
    setCopied(tenant.id)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => setCopied(undefined), 1500)
  }
  const findRow = (target: EventTarget): Tenant | undefined => {
    const id = target instanceof Element ? target.closest<HTMLElement>('[data-id]')?.dataset['id'] : undefined
    return id === undefined ? undefined : rows.find((tenant) => tenant.id === id)
  }
  const findAction = (target: EventTarget): string | undefined =>
    target instanceof Element ? target.closest<HTMLElement>('[data-action]')?.dataset['action'] : undefined

  const mark = (tenant: Tenant, range: boolean): void => {
    const { selection, current } = desk.view.get()
    changeView(desk, {
      current: tenant.id,
      selection: range
        ? selectRange(
            selection,
            rows.map(({ id }) => id),
            tenant.id,
            current,
          )
        : toggleRow(selection, tenant.id),
    })
  }

  const onKeyDown = useGridKeys({ rows, commands, showRow, pageRows, mark, copyEndpoint })

  const onClick = (event: MouseEvent<HTMLElement>): void => {
    const tenant = findRow(event.target)
    if (tenant === undefined) return
    const action = findAction(event.target)
    switch (action) {
      case 'copy':
        changeView(desk, { current: tenant.id })
        copyEndpoint(tenant)
        break
      case 'cancel':
        commands.cancel(tenant)
        break
      case 'menu': {
        const { left, bottom } = (event.target as Element).getBoundingClientRect()
        changeView(desk, { current: tenant.id })
        commands.menu(tenant, { x: left, y: bottom })
        return
      }
      case 'select':
        mark(tenant, event.shiftKey)
        break
      default:
        if (event.target instanceof Element && event.target.closest('a') !== null) return
        if (event.ctrlKey || event.metaKey || event.shiftKey) mark(tenant, event.shiftKey)
        else changeView(desk, { current: tenant.id })
    }
    event.currentTarget.focus({ preventScroll: true })
  }

  const onDoubleClick = (event: MouseEvent<HTMLElement>): void => {
    const tenant = findRow(event.target)
    if (tenant !== undefined && findAction(event.target) === undefined) commands.open(tenant)
  }

  const onContextMenu = (event: MouseEvent<HTMLElement>): void => {
    const tenant = findRow(event.target)
    if (tenant === undefined) return
    event.preventDefault()
    changeView(desk, { current: tenant.id })
    commands.menu(tenant, { x: event.clientX, y: event.clientY })
  }

  // Shift+click marks rows, not text.
  const onMouseDown = (event: MouseEvent<HTMLElement>): void => {
    if (event.shiftKey && findRow(event.target) !== undefined) event.preventDefault()
  }

  // The text of a cell that is pointed at is made only then.
  const onMouseOver = (event: MouseEvent<HTMLElement>): void => {
    const cell = event.target instanceof Element ? event.target.closest('td') : null
    const tenant = findRow(event.target)
    const column = cell === null ? undefined : columns[cell.cellIndex - 1]
    if (cell === null || tenant === undefined || column === undefined || 'steps' in cell.dataset) return
    cell.title = describeCell(column, tenant, desk.figures.get(tenant.id))
  }

  return { copied, onKeyDown, onClick, onDoubleClick, onContextMenu, onMouseDown, onMouseOver }
}
