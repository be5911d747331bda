import type { Database, Statement } from 'sql.js'
import type { Journal, JournalChange } from './journal-text.ts'
import { migrate } from './migrations.ts'

/** How far a replay came. */
export interface Replayed {
  /** When the last change was made that is in the database now. ISO 8601, UTC. */
  readonly at: string | undefined
  /** Why the rest could not be done, as the end of a sentence. */
  readonly damage: string | undefined
}

/**
 * Does the changes of a journal again, on a database that is as its base file. What the journal's version has and the
 * database does not is migrated first. The database is left as it was after the last change that could be done.
 */
export function replay(
  database: Database,
  journal: Pick<Journal, 'version' | 'changes' | 'damage'>,
): Replayed {
  migrate(database, journal.version)
  const compiled = new Map<string, Statement>()
  let at: string | undefined
  try {
    for (const change of journal.changes) {
      const wrong = replayChange(database, compiled, change)
      if (wrong !== undefined) return { at, damage: wrong }
      at = change.at
    }
    return { at, damage: journal.damage }
  } finally {
    for (const statement of compiled.values()) statement.free()
  }
}

/** How many rows were changed since the database was opened. */
export function countChanges(database: Database): number {
  return Number(database.exec('SELECT total_changes()')[0]?.values[0]?.[0])
}

function replayChange(
  database: Database,
  compiled: Map<string, Statement>,
  { seq, rows, statements }: JournalChange,
): string | undefined {
  const before = countChanges(database)
  database.run('BEGIN')
  try {
    for (const [sql, parameters] of statements) {
      const statement = compiled.get(sql) ?? database.prepare(sql)
      compiled.set(sql, statement)
      statement.run(parameters)
    }
    const changed = countChanges(database) - before
    if (changed !== rows) throw new Error(`it changes ${changed} rows instead of ${rows}`)
    database.run('COMMIT')
    return undefined
  } catch (error) {
    database.run('ROLLBACK')
    return `line ${seq + 1} does not fit: ${error instanceof Error ? error.message : String(error)}`
  }
}
