import Table from 'cli-table3'
import { plainTable } from './plain-table.ts'

/**
 * Rows of text under their titles in columns, as the library makes them of single lines, however many there are: it
 * compares every row with every other one, so that 10,000 take it 14 s of a processor. No cell has a line break.
 */
export function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows].map((row) => row.map((text) => ({ text, width: measure(text) })))
  const widest = head.map((_, column) =>
    all.reduce((most, row) => Math.max(most, row[column]?.width ?? 0), 0),
  )
  const renderRow = (row: (typeof all)[number]): string =>
    row.map(({ text, width }, column) => text + ' '.repeat((widest[column] ?? 0) - width)).join('  ')
  return all.map(renderRow).join('\n')
}

/** How many columns of a terminal a text takes: the library knows of wide letters, and of those without a width. */
function measure(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length
  const table = new Table(plainTable)
  table.push([text])
  table.toString()
  return table.options.colWidths[0] ?? text.length
}
