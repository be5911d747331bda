import Table from 'cli-table3'
import { plainTable } from './plain-table.ts'

/** The library compares every row with every other one: 10,000 rows at once take ten times as long as 100 times 100. */
const pieceSize = 100

/** Rows of text under their titles in columns, however many there are. No cell has a line break. */
export function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows]
  const pieces = Array.from({ length: Math.ceil(all.length / pieceSize) }, (_, index) =>
    all.slice(index * pieceSize, (index + 1) * pieceSize),
  )
  if (pieces.length === 1) return renderPiece(all).text
  const widths = pieces.map((piece) => renderPiece(piece).widths)
  const widest = head.map((_, column) => Math.max(...widths.map((each) => each[column] ?? 0)))
  return pieces.map((piece) => renderPiece(piece, widest).text).join('\n')
}

function renderPiece(rows: readonly (readonly string[])[], widths?: readonly number[]) {
  const table = new Table({ ...plainTable, ...(widths === undefined ? {} : { colWidths: [...widths] }) })
  table.push(...rows.map((row) => [...row]))
  const text = table.toString()
  return { text, widths: table.options.colWidths.map((width) => width ?? 0) }
}
