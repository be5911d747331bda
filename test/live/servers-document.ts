import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The document that says on which servers the program was tried. Its tables are written by the runs themselves. */
export const serversDocument = join(import.meta.dirname, '../../docs/servers.md')

/** Cells by the heads of their columns; the first cell names the row. */
export type Row = Readonly<Record<string, string>>

/** A table of the document; its comment names it: `<!-- releases -->`. */
export const tableNames = ['releases', 'hosts', 'firewalls'] as const
export type TableName = (typeof tableNames)[number]

const tableOf = (name: TableName): RegExp => new RegExp(`(?<=<!-- ${name} -->\\n)(?:\\|.*\\|\\n)*`)

/** The cells of a line: `| forky | 262 |`. */
const parseLine = (line: string): string[] =>
  line
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim())

/**
 * The rows of a table.
 * @throws when the document has no such table, or a row has more or fewer cells than there are heads
 */
export const parseTable = (document: string, name: TableName): Row[] => {
  const found = tableOf(name).exec(document)
  if (found === null) throw new Error(`docs/servers.md has no table ${name}`)
  const [heads = '', , ...lines] = found[0].split('\n').slice(0, -1)
  const keys = parseLine(heads)
  return lines.map((line) => {
    const cells = parseLine(line)
    if (cells.length !== keys.length) throw new Error(`docs/servers.md has a row that is cut: ${line}`)
    return Object.fromEntries(keys.map((key, at) => [key, cells[at] ?? '']))
  })
}

const renderTable = (rows: readonly Row[]): string => {
  const keys = Object.keys(rows[0] ?? {})
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`
  const body = rows.map((row) => line(keys.map((key) => (row[key] ?? '').replaceAll('|', '/'))))
  return [line(keys), `|${'---|'.repeat(keys.length)}\n`, ...body].join('')
}

/**
 * The document with a row of a table in place of the one with the same name, else put in.
 * @param order names of rows, in their order; others go, because nothing makes them any more
 */
export const putRow = (document: string, name: TableName, row: Row, order: readonly string[]): string => {
  const [key = ''] = Object.keys(row)
  const rows = parseTable(document, name).filter((each) => each[key] !== row[key])
  const sorted = order.flatMap((each) => [...rows, row].filter((one) => one[key] === each))
  // A row of an earlier run may have had other columns.
  const alike = sorted.map((one) =>
    Object.fromEntries(Object.keys(row).map((head) => [head, one[head] ?? ''])),
  )
  return document.replace(tableOf(name), renderTable(alike).replaceAll('$', '$$$$'))
}

/** Writes a row into the document, where the environment asks for it: `MEMHARBOR_WRITE_SERVERS=1`. */
export const writeRow = (name: TableName, row: Row, order: readonly string[]): void => {
  process.stdout.write(`${JSON.stringify({ table: name, ...row })}\n`)
  if (process.env['MEMHARBOR_WRITE_SERVERS'] !== '1') return
  const document = readFileSync(serversDocument, 'utf8')
  writeFileSync(serversDocument, putRow(document, name, row, order))
}
