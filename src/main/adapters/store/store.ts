import { setImmediate } from 'node:timers/promises'
import { drizzle } from 'drizzle-orm/sql-js'
import type { Logger } from 'pino'
import type { Database } from 'sql.js'
import { fail, ProblemError } from '../../../domain/problem-error.ts'
import { describeDiskError } from './disk-error.ts'
import { ensureDataFolder } from './folder.ts'
import { describeStoreWarning, loadStore, type StoreWarning } from './load.ts'
import { migrate } from './migrations.ts'
import { DamagedRowError, type StoreDb } from './rows.ts'
import { loadSqlite, openDatabase } from './sqlite.ts'
import { saveFile, storeFiles } from './store-file.ts'

/** What the panel remembers: one SQLite file, held in memory and saved whole. */
export interface Store {
  readonly path: string
  /** Set when the last good copy had to be used. */
  readonly warning: StoreWarning | undefined
  /**
   * Runs a query. What it saw is on the disk when the promise resolves, so that nothing is shown that a failing save
   * takes back; after such a failure the query runs again on what is left.
   */
  read<Value>(query: (db: StoreDb) => Value): Promise<Value>
  /**
   * Runs changes in one transaction and resolves when they are on the disk. Changes that come while a save runs share
   * the next one. When `change` throws, nothing of it stays and the error comes back as it is.
   * @throws ProblemError STORE_UNUSABLE when the save failed: then the memory is as the disk is
   */
  write<Value>(change: (db: StoreDb) => Value): Promise<Value>
  /** Waits for what is being saved. Afterwards every call fails. */
  close(): Promise<void>
}

type Outcome = { kind: 'saved' } | { kind: 'lost'; problem: ProblemError }
type Waiter = (outcome: Outcome) => void

/**
 * Opens the store of a data folder, and makes both when they are not there. Only the holder of the folder's lock may.
 * @throws ProblemError STORE_UNUSABLE
 */
export async function openStore(dataDir: string, { log }: { log: Logger }): Promise<Store> {
  const files = storeFiles(dataDir)
  await ensureDataFolder(dataDir)
  const sqlite = await loadSqlite()
  const loaded = await loadStore(sqlite, files)
  const warning = loaded.kind === 'copy' ? loaded.warning : undefined
  if (warning !== undefined) log.warn({ warning }, describeStoreWarning(warning))

  let database = openDatabase(sqlite, loaded.kind === 'fresh' ? undefined : loaded.bytes)
  const migrated = migrate(database)
  let saved = loaded.kind === 'fresh' ? database.export() : loaded.bytes
  if (migrated > 0) saved = database.export()
  if (migrated > 0 || loaded.kind !== 'current') await saveFile(files, saved).catch(refuseSave)
  let db = drizzle(database)
  let closed = false

  /** Who waits for changes that no save contains yet, and who waits for the save that runs. */
  let unsaved: Waiter[] = []
  let inFlight: Waiter[] = []
  let saving: Promise<void> | undefined

  function refuseSave(error: unknown): never {
    return fail(
      { code: 'STORE_UNUSABLE', details: { path: files.current, reason: describeDiskError(error) } },
      error,
    )
  }

  function rollBack(): void {
    try {
      database.close()
      database = openDatabase(sqlite, saved)
      db = drizzle(database)
    } catch (error) {
      // Out of memory: what is in it now must not be read or saved.
      closed = true
      log.error({ err: error }, 'the store could not go back to what was saved')
    }
  }

  async function saveOnce(): Promise<void> {
    // Lets everything that was started together join this save.
    await setImmediate()
    inFlight = unsaved
    unsaved = []
    let outcome: Outcome = { kind: 'saved' }
    try {
      const bytes = database.export()
      await saveFile(files, bytes).catch(refuseSave)
      saved = bytes
    } catch (error) {
      const problem = error instanceof ProblemError ? error : internal(error)
      log.error({ err: error }, 'the store could not be saved')
      // What came meanwhile was built on changes that are lost, so it is lost with them.
      inFlight = [...inFlight, ...unsaved]
      unsaved = []
      outcome = { kind: 'lost', problem }
      rollBack()
    } finally {
      const waiters = inFlight
      inFlight = []
      for (const tell of waiters) tell(outcome)
    }
  }

  async function saveAll(): Promise<void> {
    while (unsaved.length > 0) await saveOnce()
    saving = undefined
  }

  function internal(cause: unknown): ProblemError {
    const reason = cause instanceof Error ? cause.message : String(cause)
    return new ProblemError({ code: 'STORE_UNUSABLE', details: { path: files.current, reason } }, { cause })
  }

  /** Runs `work`, turning what the row schemas found into a problem that names the file. */
  function run<Value>(work: (database: Database) => Value): Value {
    if (closed) fail({ code: 'STORE_UNUSABLE', details: { path: files.current, reason: 'it is closed' } })
    try {
      return work(database)
    } catch (error) {
      throw error instanceof DamagedRowError ? internal(error) : error
    }
  }

  /** Not by `PRAGMA query_only`: with 10,000 tenants each such pragma took 15 ms. */
  function query<Value>(ask: (db: StoreDb) => Value): Value {
    return run((database) => {
      database.run('BEGIN')
      try {
        const before = countChanges(database)
        const value = ask(db)
        if (countChanges(database) !== before)
          throw new TypeError('a query got a readonly store and changed it')
        return value
      } finally {
        database.run('ROLLBACK')
      }
    })
  }

  return {
    path: files.current,
    warning,
    async read(ask) {
      const value = query(ask)
      if (unsaved.length === 0 && inFlight.length === 0) return value
      const waiters = unsaved.length > 0 ? unsaved : inFlight
      const outcome = await new Promise<Outcome>((resolve) => waiters.push(resolve))
      return outcome.kind === 'saved' ? value : query(ask)
    },
    async write(change) {
      const value = run(() => db.transaction((transaction) => refusePromise(change(transaction))))
      const durable = new Promise<Outcome>((resolve) => unsaved.push(resolve))
      saving ??= saveAll()
      const outcome = await durable
      if (outcome.kind === 'lost') throw outcome.problem
      return value
    },
    async close() {
      if (closed) return
      closed = true
      await saving
      database.close()
    },
  }
}

/** How many rows were changed since the database was opened. */
function countChanges(database: Database): unknown {
  return database.exec('SELECT total_changes()')[0]?.values[0]?.[0]
}

/** A transaction ends when the function returns, so what it awaits would run outside of it. */
function refusePromise<Value>(value: Value): Value {
  if (value instanceof Promise) throw new TypeError('a change of the store must not be asynchronous')
  return value
}
