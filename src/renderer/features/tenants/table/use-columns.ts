import {
  type ColumnDef,
  columnOrderingFeature,
  columnResizingFeature,
  columnSizingFeature,
  columnVisibilityFeature,
  rowSortingFeature,
  tableFeatures,
  type Updater,
  useTable,
} from '@tanstack/react-table'
import type { Tenant } from '../../../../contract/tenant.ts'
import { useStore } from '../../../rpc/store.ts'
import { allColumns, type ColumnId, findColumn } from '../columns.ts'
import { changeView, type TableView, useDesk } from '../desk.tsx'

const features = tableFeatures({
  columnOrderingFeature,
  columnResizingFeature,
  columnSizingFeature,
  columnVisibilityFeature,
  rowSortingFeature,
})

const definitions: ColumnDef<typeof features, Tenant>[] = allColumns.map(
  ({ id, title, width, largestFirst }) => ({
    id,
    header: title,
    accessorFn: (tenant: Tenant) => tenant.id,
    size: width,
    minSize: 56,
    maxSize: 900,
    sortDescFirst: largestFirst === true,
    enableMultiSort: false,
  }),
)

/** Rows are filtered and sorted before (ten thousand at every key), so the table model is one of columns only. */
const noRows: Tenant[] = []

const applyUpdate = <Value>(update: Updater<Value>, before: Value): Value =>
  typeof update === 'function' ? (update as (before: Value) => Value)(before) : update

const selectSorting = ({ sorting }: TableView) => sorting
const selectWidths = ({ widths }: TableView) => widths

/** The columns to show: their order, widths while they are dragged, and by which of them the rows are sorted. */
export function useColumns(shown: readonly ColumnId[]) {
  const desk = useDesk()
  const sorting = useStore(desk.view, selectSorting)
  const widths = useStore(desk.view, selectWidths)
  const sortingState = [{ id: sorting.column, desc: sorting.descending }]
  return useTable({
    features,
    columns: definitions,
    data: noRows,
    manualSorting: true,
    enableSortingRemoval: false,
    columnResizeMode: 'onChange',
    state: {
      sorting: sortingState,
      columnOrder: [...shown],
      columnVisibility: Object.fromEntries(allColumns.map(({ id }) => [id, shown.includes(id)])),
      columnSizing: widths,
    },
    onSortingChange(update) {
      const [first] = applyUpdate(update, sortingState)
      if (first !== undefined)
        changeView(desk, { sorting: { column: first.id as ColumnId, descending: first.desc } })
    },
    onColumnSizingChange: (update) => changeView(desk, { widths: applyUpdate(update, widths) }),
  })
}

export type ColumnModel = ReturnType<typeof useColumns>

const widthOfColumn = (id: ColumnId, widths: TableView['widths']): number =>
  widths[id] ?? findColumn(id).width

/** The mark at the left, which begins where the heading of the screen does. */
const markWidth = 44
/** The menu at the right. */
const menuWidth = 28

/** The least width of a row, in pixels. */
export function widthOf(shown: readonly ColumnId[], widths: TableView['widths']): number {
  return shown.reduce((sum, id) => sum + widthOfColumn(id, widths), markWidth + menuWidth)
}

/** Tracks of the grid: the mark, each column (some take a share of what is left), and the menu at the right edge. */
export function renderTracks(shown: readonly ColumnId[], widths: TableView['widths']): string {
  const tracks = shown.map((id) => {
    const width = `${widthOfColumn(id, widths)}px`
    const { grows } = findColumn(id)
    return grows === undefined || widths[id] !== undefined ? width : `minmax(${width}, ${grows}fr)`
  })
  return [`${markWidth}px`, ...tracks, `minmax(${menuWidth}px, 0.01fr)`].join(' ')
}
