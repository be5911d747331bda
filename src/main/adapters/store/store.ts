import { setImmediate } from 'node:timers/promises'
import type { Logger } from 'pino'
import { fail, ProblemError } from '../../../domain/problem-error.ts'
import { type Connection, connect } from './connection.ts'
import { describeRefusal } from './disk-error.ts'
import { ensureDataFolder } from './folder.ts'
import { loadStore } from './load.ts'
import { DamagedRowError, type StoreDb } from './rows.ts'
import { loadSqlite } from './sqlite.ts'
import { startStore } from './start.ts'
import { storeFiles } from './store-file.ts'
import type { StoreWarning } from './warning.ts'

/** The panel's store: one SQLite file, held in memory, and a journal of what changed since it was saved. */
export interface Store {
  readonly path: string
  /** Set when something was damaged, and the last good copy or a part of the journal had to be used. */
  readonly warning: StoreWarning | undefined
  /**
   * Runs a query. What it saw is on the disk when the promise resolves, so that nothing is shown that a failing save
   * takes back; after such a failure the query runs again on what is left.
   */
  read<Value>(query: (db: StoreDb) => Value): Promise<Value>
  /**
   * Runs changes in one transaction and resolves when they are on the disk. Changes that come during a flush share
   * the next one. When `change` throws, nothing of it stays and the error comes back as it is.
   * @throws ProblemError STORE_UNUSABLE when the save failed: then the memory is as the disk is
   */
  write<Value>(change: (db: StoreDb) => Value): Promise<Value>
  /** Gives back the room of what was deleted, here and on the disk. It holds up everything else: for after large deletions. */
  compact(): Promise<void>
  /** Saves the whole file, so that it alone is the store. Afterwards every call fails. */
  close(): Promise<void>
}

type Outcome = { kind: 'saved' } | { kind: 'lost'; problem: ProblemError }
type Waiter = (outcome: Outcome) => void

/**
 * Opens the store of a data folder, and makes both when they are not there. Only the holder of the folder's lock may.
 * With `readOnly` nothing is ever written, and every change is refused.
 * @throws ProblemError STORE_UNUSABLE
 */
export async function openStore(
  dataDir: string,
  { log, readOnly = false }: { readonly log: Logger; readonly readOnly?: boolean },
): Promise<Store> {
  const files = storeFiles(dataDir)
  await ensureDataFolder(dataDir)
  const sqlite = await loadSqlite()
  const refuseSave = (error: unknown): never =>
    fail({ code: 'STORE_UNUSABLE', details: { path: files.current, ...describeRefusal(error) } }, error)
  const tools = { sqlite, files, log, readOnly }
  const { database, saved, warning } = await startStore(tools, await loadStore(sqlite, files)).catch(
    refuseSave,
  )
  let connection = connect(database)
  let closed = false

  /** Waiters for changes that are in no journal yet, and waiters for the flush that runs. */
  let unsaved: Waiter[] = []
  let inFlight: Waiter[] = []
  let saving: Promise<void> | undefined

  function rollBack(): void {
    try {
      connection.close()
      connection = connect(saved.rebuild())
    } catch (error) {
      // Out of memory: what is in it now must not be read or saved.
      closed = true
      log.error({ err: error }, 'the store could not go back to what was saved')
    }
  }

  async function saveOnce(): Promise<void> {
    // Lets everything that was started together join this flush.
    await setImmediate()
    inFlight = unsaved
    unsaved = []
    let outcome: Outcome = { kind: 'saved' }
    // Now, because later there are changes in memory that the journal does not have.
    let whole: Uint8Array | undefined
    try {
      const record = connection.takeRecord()
      if (saved.isLong()) whole = connection.render()
      if (record.statements.length > 0)
        await saved.append({ at: new Date().toISOString(), ...record }).catch(refuseSave)
    } catch (error) {
      const problem = error instanceof ProblemError ? error : internal(error)
      log.error({ err: error }, 'the store could not be saved')
      // Changes that came meanwhile were built on lost ones, so they are lost with them.
      inFlight = [...inFlight, ...unsaved]
      unsaved = []
      outcome = { kind: 'lost', problem }
      whole = undefined
      rollBack()
    } finally {
      const waiters = inFlight
      inFlight = []
      for (const tell of waiters) tell(outcome)
    }
    if (whole !== undefined) await foldIfPossible(whole)
  }

  /** When this fails, nothing is lost: the journal has it all. */
  async function foldIfPossible(bytes: Uint8Array): Promise<void> {
    await saved.fold(bytes).catch((error: unknown) => {
      log.warn({ err: error }, 'the journal of the store could not be folded into the file')
    })
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
  function run<Value>(work: (connection: Connection) => Value): Value {
    if (closed) fail({ code: 'STORE_UNUSABLE', details: { path: files.current, reason: 'it is closed' } })
    try {
      return work(connection)
    } catch (error) {
      throw error instanceof DamagedRowError ? internal(error) : error
    }
  }

  return {
    path: files.current,
    warning,
    async read(query) {
      const value = run((current) => current.query(query))
      if (unsaved.length === 0 && inFlight.length === 0) return value
      const waiters = unsaved.length > 0 ? unsaved : inFlight
      const outcome = await new Promise<Outcome>((resolve) => waiters.push(resolve))
      return outcome.kind === 'saved' ? value : run((current) => current.query(query))
    },
    async write(change) {
      if (readOnly)
        fail({ code: 'STORE_UNUSABLE', details: { path: files.current, reason: 'it can only be read' } })
      const value = run((current) => current.change(change))
      const durable = new Promise<Outcome>((resolve) => unsaved.push(resolve))
      saving ??= saveAll()
      const outcome = await durable
      if (outcome.kind === 'lost') throw outcome.problem
      return value
    },
    async compact() {
      while (saving !== undefined) await saving
      if (closed || readOnly) return
      connection.compact()
      // Changes that come meanwhile are appended to the new journal.
      saving = foldIfPossible(connection.render()).then(saveAll)
      await saving
    },
    async close() {
      if (closed) return
      closed = true
      await saving
      if (saved.hasChanges() && !readOnly) await foldIfPossible(connection.render())
      connection.close()
    },
  }
}
