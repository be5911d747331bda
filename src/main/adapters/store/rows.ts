import type { SQLJsDatabase } from 'drizzle-orm/sql-js'
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
