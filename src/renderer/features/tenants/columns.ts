/** A column of the table of tenants. `name` is always there and always the first. */
export type ColumnId =
  | 'name'
  | 'state'
  | 'health'
  | 'endpoint'
  | 'memory'
  | 'hitRatio'
  | 'connections'
  | 'allowed'
  | 'host'
  | 'tags'
  | 'created'
  | 'items'
  | 'evictions'
  | 'version'
  | 'uptime'
  | 'notes'

export interface ColumnFacts {
  readonly id: ColumnId
  readonly title: string
  /** In pixels, at least; a dragged column has the width that it was dragged to. */
  readonly width: number
  /** Its share of what is left in a wide window. */
  readonly grows?: number
  /** Figures stand at the right, so that their digits line up. */
  readonly figures?: true
  /** The first click on its title sorts downwards: the largest and the newest are what is looked for. */
  readonly largestFirst?: true
}

export const allColumns: readonly ColumnFacts[] = [
  { id: 'name', title: 'Name', width: 128, grows: 3 },
  { id: 'state', title: 'State', width: 104 },
  { id: 'health', title: 'Health', width: 120 },
  { id: 'endpoint', title: 'Endpoint', width: 150, grows: 3 },
  { id: 'memory', title: 'Memory', width: 112, largestFirst: true },
  { id: 'hitRatio', title: 'Hit ratio', width: 70, figures: true, largestFirst: true },
  { id: 'connections', title: 'Connections', width: 102, figures: true, largestFirst: true },
  { id: 'allowed', title: 'Allowed', width: 90, largestFirst: true },
  { id: 'host', title: 'Host', width: 76, grows: 1 },
  { id: 'tags', title: 'Tags', width: 94, grows: 2 },
  { id: 'created', title: 'Created', width: 72, largestFirst: true },
  { id: 'items', title: 'Items', width: 84, figures: true, largestFirst: true },
  { id: 'evictions', title: 'Evictions', width: 84, figures: true, largestFirst: true },
  { id: 'version', title: 'memcached', width: 90 },
  { id: 'uptime', title: 'Uptime', width: 100, figures: true, largestFirst: true },
  { id: 'notes', title: 'Notes', width: 180, grows: 3 },
]

const known = new Map(allColumns.map((column) => [column.id as string, column]))

export function findColumn(id: ColumnId): ColumnFacts {
  const column = known.get(id)
  if (column === undefined) throw new RangeError(`no column ${id}`)
  return column
}

const usual: readonly ColumnId[] = [
  ...(['name', 'state', 'endpoint', 'memory', 'hitRatio', 'connections', 'allowed'] as const),
  ...(['host', 'tags', 'created'] as const),
]

/**
 * The columns to show, in their order.
 * @param kept as settings have them; empty where nothing was chosen. What this version does not know is left out
 * @param hosts how many there are: with one, its name in every row says nothing
 */
export function chooseColumns(kept: readonly string[], hosts: number): readonly ColumnId[] {
  if (kept.length === 0) return usual.filter((id) => id !== 'host' || hosts > 1)
  const chosen = [...new Set(kept)].filter((id): id is ColumnId => known.has(id) && id !== 'name')
  return ['name', ...chosen]
}

/** Puts one column so many places further to the right (or left, when negative); the name stays the first. */
export function moveColumn(columns: readonly ColumnId[], id: ColumnId, by: number): readonly ColumnId[] {
  const from = columns.indexOf(id)
  const to = Math.min(Math.max(from + by, 1), columns.length - 1)
  if (from < 1 || from === to) return columns
  return columns.toSpliced(from, 1).toSpliced(to, 0, id)
}

/** Shows a column at the end, or hides it. */
export function toggleColumn(columns: readonly ColumnId[], id: ColumnId): readonly ColumnId[] {
  if (id === 'name') return columns
  return columns.includes(id) ? columns.filter((each) => each !== id) : [...columns, id]
}
