import { useVirtualizer } from '@tanstack/react-virtual'
import { type CSSProperties, useMemo, useRef } from 'react'
import type { Tenant } from '../../../../contract/tenant.ts'
import { useLive } from '../../../rpc/live-context.tsx'
import type { LiveState } from '../../../rpc/live-state.ts'
import { useStore } from '../../../rpc/store.ts'
import type { ColumnId } from '../columns.ts'
import { type TableView, useDesk } from '../desk.tsx'
import { toggleAll } from '../selection.ts'
import { indexRunning } from './operation-text.ts'
import styles from './table.module.css'
import type { TableCommands } from './table-commands.ts'
import { TableHeader } from './table-header.tsx'
import { rowElementId, rowHeight, TenantRow } from './tenant-row.tsx'
import { renderTracks, useColumns, widthOf } from './use-columns.ts'
import { useGrid } from './use-grid.ts'
import { useScrolling } from './use-scrolling.ts'
import { useSlots } from './use-slots.ts'
import { useVisibleFigures } from './use-visible-figures.ts'

const selectOperations = ({ operations }: LiveState) => operations
const selectSelection = ({ selection }: TableView) => selection
const selectCurrent = ({ current }: TableView) => current
const selectWidths = ({ widths }: TableView) => widths

interface TenantTableProps {
  readonly rows: readonly Tenant[]
  readonly columns: readonly ColumnId[]
  readonly commands: TableCommands
}

/** Ten thousand rows of which some thirty exist. */
export function TenantTable({ rows, columns, commands }: TenantTableProps) {
  const { view } = useDesk()
  const selection = useStore(view, selectSelection)
  const current = useStore(view, selectCurrent)
  const widths = useStore(view, selectWidths)
  const operations = useLive(selectOperations)
  const running = useMemo(() => indexRunning(operations), [operations])
  const model = useColumns(columns)
  const grid = useRef<HTMLTableElement>(null)
  const { rangeExtractor, slotsOf } = useSlots()
  const virtual = useVirtualizer({
    rangeExtractor,
    count: rows.length,
    getScrollElement: () => grid.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: 4,
    initialOffset: () => view.get().scrollTop,
    useFlushSync: false,
  })
  const { showRow, pageRows } = useScrolling(grid, rows)
  const { copied, ...handlers } = useGrid({ rows, columns, commands, showRow, pageRows })
  useVisibleFigures(rows, virtual.range)
  const items = virtual.getVirtualItems()
  const selected = rows.reduce((count, { id }) => count + (selection.ids.has(id) ? 1 : 0), 0)
  const currentShown = items.some(({ key }) => key === current)
  const tracks = renderTracks(columns, widths)
  return (
    <table
      ref={grid}
      // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a grid is a table whose rows can be marked
      role="grid"
      tabIndex={0}
      data-focus-home
      aria-label="Tenants"
      aria-multiselectable
      aria-rowcount={rows.length + 1}
      aria-colcount={columns.length + 2}
      aria-activedescendant={current !== undefined && currentShown ? rowElementId(current) : undefined}
      data-lost={!currentShown || undefined}
      className={styles.grid}
      style={{ '--tracks': tracks, '--width': `${widthOf(columns, widths)}px` } as CSSProperties}
      {...handlers}
    >
      <TableHeader
        model={model}
        allSelected={selected === 0 ? 'none' : selected === rows.length ? 'all' : 'some'}
        onSelectAll={() =>
          view.set((before) => ({
            ...before,
            selection: toggleAll(
              before.selection,
              rows.map(({ id }) => id),
            ),
          }))
        }
      />
      <tbody
        className={styles.body}
        // Rows are used again for others, so that their order in the document is not the one that is seen.
        aria-owns={items.map(({ key }) => rowElementId(String(key))).join(' ')}
        style={{ height: rows.length * rowHeight }}
      >
        {slotsOf(items).map(({ index, slot }) => {
          const tenant = rows[index]
          if (tenant === undefined) return null
          return (
            <TenantRow
              key={slot}
              tenant={tenant}
              columns={columns}
              index={index}
              selected={selection.ids.has(tenant.id)}
              current={tenant.id === current}
              copied={tenant.id === copied}
              operation={running.get(tenant.id)}
            />
          )
        })}
      </tbody>
    </table>
  )
}
