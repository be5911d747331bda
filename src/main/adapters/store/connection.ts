import { drizzle } from 'drizzle-orm/sql-js'
import type { BindParams, Database, Statement } from 'sql.js'
import type { RecordedStatement } from './journal-text.ts'
import { followTransaction, keepTenants } from './kept-tenants.ts'
import type { StoreDb } from './rows.ts'

/** Statements that stay compiled, at most. The program has about 50; those of several rows add some. */
const maxCompiled = 200

/** A database with typed queries, each compiled once, and with a record of what changed it. */
export interface Connection {
  /** Runs a change in one transaction. When it throws, nothing of it stays, in the record neither. */
  change<Value>(change: (db: StoreDb) => Value): Value
  /**
   * Runs a query.
   * @throws TypeError when it changed something, which is undone
   */
  query<Value>(query: (db: StoreDb) => Value): Value
  /** The statements that ran since the last call, and how many rows they changed. */
  takeRecord(): { statements: RecordedStatement[]; rows: number }
  /** The bytes of the database as a file. */
  render(): Uint8Array
  /** Gives back the room of what was deleted. */
  compact(): void
  close(): void
}

/** SQLite does not tell what ran, so the statements that drizzle has compiled are watched. */
export function connect(database: Database): Connection {
  const compile = database.prepare.bind(database)
  const compiled = new Map<string, { statement: Statement; free: () => boolean }>()
  const begin = compile('BEGIN')
  const rollBack = compile('ROLLBACK')
  const total = compile('SELECT total_changes()')
  const countRows = (): number => {
    total.step()
    const [rows] = total.get()
    total.reset()
    return Number(rows)
  }
  let record: RecordedStatement[] = []
  let recording = false
  let recordedRows = 0

  database.prepare = (sql) => {
    const known = compiled.get(sql)
    if (known !== undefined) return known.statement
    if (compiled.size >= maxCompiled) freeAll()
    const statement = compile(sql)
    compiled.set(sql, { statement, free: statement.free.bind(statement) })
    statement.free = () => {
      statement.reset()
      return true
    }
    if (!/^\s*select\b/i.test(sql)) recordRuns(sql, statement)
    return statement
  }

  function recordRuns(sql: string, statement: Statement): void {
    const run = statement.run.bind(statement)
    const bind = statement.bind.bind(statement)
    let running = false
    statement.bind = (parameters) => {
      if (!running) throw new TypeError('a change of the store must not be asked for rows')
      return bind(parameters)
    }
    statement.run = (parameters) => {
      const entry: RecordedStatement | undefined = recording ? [sql, readParameters(parameters)] : undefined
      running = true
      try {
        run(parameters)
      } finally {
        running = false
      }
      if (entry !== undefined) record.push(entry)
    }
  }

  function freeAll(): void {
    for (const { free } of compiled.values()) free()
    compiled.clear()
  }

  const db = drizzle(database)
  const keptTenants = keepTenants(db)
  return {
    change(change) {
      const kept = record.length
      const before = countRows()
      try {
        const value = db.transaction((transaction) => {
          recording = true
          followTransaction(transaction, keptTenants)
          try {
            return refusePromise(change(transaction))
          } finally {
            recording = false
          }
        })
        recordedRows += countRows() - before
        return value
      } catch (error) {
        record.length = kept
        throw error
      }
    },
    /** Not by `PRAGMA query_only`: with 10,000 tenants each such pragma took 15 ms. */
    query(query) {
      begin.run()
      try {
        const before = countRows()
        const value = query(db)
        if (countRows() !== before) throw new TypeError('a query got a readonly store and changed it')
        return value
      } finally {
        rollBack.run()
      }
    },
    takeRecord() {
      const taken = { statements: record, rows: recordedRows }
      record = []
      recordedRows = 0
      return taken
    },
    render: () => database.export(),
    compact: () => void database.run('VACUUM'),
    close() {
      freeAll()
      database.close()
    },
  }
}

/** The parameters of a statement, in the only forms that the journal can keep. */
function readParameters(parameters: BindParams | undefined): RecordedStatement[1] {
  if (parameters === undefined || parameters === null) return []
  if (!Array.isArray(parameters))
    throw new TypeError('a change of the store must have its parameters in order')
  return parameters.map((value) => {
    if (typeof value === 'string' || value === null) return value
    if (typeof value === 'number' && Number.isFinite(value)) return value
    throw new TypeError('a change of the store can only have texts, numbers and null')
  })
}

/** A transaction ends when the function returns, so what it awaits would run outside of it. */
function refusePromise<Value>(value: Value): Value {
  if (value instanceof Promise) throw new TypeError('a change of the store must not be asynchronous')
  return value
}
