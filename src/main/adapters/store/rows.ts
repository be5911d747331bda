import { getTableColumns, type SQL, sql } from 'drizzle-orm'
import type { SQLJsDatabase } from 'drizzle-orm/sql-js'
import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core'
import { z } from 'zod'

/** The database inside `store.read` and `store.write`; what is done with it is synchronous. */
export type StoreDb = SQLJsDatabase

/** A row that is not what this program writes: the file was changed by something else, or is damaged. */
export class DamagedRowError extends Error {
  override readonly name = 'DamagedRowError'
}

/** A moment as text, as `Date.toISOString` writes it: `2026-11-22T10:02:53.123Z`. Text order is then time order. */
export const moment = z.iso.datetime({ precision: 3 })

/** A column of JSON text on one side, the validated value on the other. */
export function jsonColumn<Schema extends z.ZodType>(schema: Schema) {
  return z.codec(z.string(), schema, {
    decode: (text, context) => {
      try {
        return JSON.parse(text) as z.input<Schema>
      } catch {
        context.issues.push({ code: 'custom', message: 'is not JSON', input: text })
        return z.NEVER
      }
    },
    encode: (value) => JSON.stringify(value),
  })
}

/**
 * Reads a row as the schema says.
 * @throws DamagedRowError, which the store turns into STORE_UNUSABLE
 */
export function parseRow<Schema extends z.ZodType>(
  table: string,
  schema: Schema,
  row: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(row)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new DamagedRowError(`a row of ${table} is damaged (${issue?.path.join('.')}: ${issue?.message})`)
}

/** Rows by a key, in their order. (`Map.groupBy` came with Node 21.) */
export function groupBy<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const key = keyOf(row)
    const group = groups.get(key) ?? []
    groups.set(key, group)
    group.push(row)
  }
  return groups
}

/** One parameter, however many there are: SQLite takes 32,766 of them, and a statement for every number is another one. */
export function isAmong(column: SQLiteColumn, values: readonly (string | number)[]): SQL {
  return sql`${column} in (select value from json_each(${JSON.stringify(values)}))`
}

/**
 * Inserts rows that name every column, however many, by one statement with one parameter: a JSON array of arrays. With a
 * parameter for each value 50,000 rows take twice as long, and a statement for each row takes twenty times as long.
 */
export function insertAll<Table extends SQLiteTable>(
  db: StoreDb,
  table: Table,
  rows: readonly Complete<Table['$inferInsert']>[],
): void {
  if (rows.length === 0) return
  const columns = Object.entries(getTableColumns(table))
  const values = rows.map((row) => {
    const byColumn: Readonly<Record<string, unknown>> = row
    return columns.map(([key, column]) => {
      const value = byColumn[key]
      return value === null ? null : column.mapToDriverValue(value)
    })
  })
  const fields = columns.map((_, index) => sql`value ->> ${sql.raw(String(index))}`)
  const source = sql`select ${sql.join(fields, sql`, `)} from json_each(${JSON.stringify(values)})`
  db.insert(table).select(source).run()
}

type Complete<Row> = { readonly [Key in keyof Row]-?: Exclude<Row[Key], undefined> }
