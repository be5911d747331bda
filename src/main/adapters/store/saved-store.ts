import type { Logger } from 'pino'
import type { Database, SqlJsStatic } from 'sql.js'
import { hashBytes } from './checked-line.ts'
import { appendLine, ensureEnd, type JournalState, noJournal } from './journal-file.ts'
import { type JournalChange, renderChange, renderLink } from './journal-text.ts'
import { type KeptBytes, keepBytes } from './kept-bytes.ts'
import { replay } from './replay.ts'
import { openDatabase } from './sqlite.ts'
import { type StoreFiles, saveFile } from './store-file.ts'

/** Above this size the journal is folded into a new file: some 700 changes. */
const usualJournalBytes = 1024 * 1024
/** A large file is written less often. */
const partOfFile = 1 / 16

const mostJournalBytes = (file: { readonly length: number }): number =>
  Math.max(usualJournalBytes, file.length * partOfFile)

/** The store on the disk: the file that was saved last, and the journal of what changed since. */
export interface SavedStore {
  /**
   * Appends changes to the journal and flushes them.
   * @throws what the disk said. Then they are not there, or will be taken away before anything else is appended
   */
  append(change: Omit<JournalChange, 'seq'>): Promise<void>
  /** Whether the next change should be followed by `fold`. */
  isLong(): boolean
  /**
   * Saves the whole file, which has everything that was appended, and begins a new journal.
   * @throws what the disk said. Then file and journal are what they were
   */
  fold(bytes: Uint8Array): Promise<void>
  /** Whether there is anything in the journal. */
  hasChanges(): boolean
  /** A database that is as the disk is. */
  rebuild(): Database
}

export interface SavedParts {
  readonly bytes: Uint8Array
  /** The version of its tables. */
  readonly version: number
  readonly changes: readonly JournalChange[]
  readonly state: JournalState
}

export function keepSaved(
  { sqlite, files, log }: { sqlite: SqlJsStatic; files: StoreFiles; log: Logger },
  start: SavedParts,
): SavedStore {
  let { version, state } = start
  let base: KeptBytes = keepBytes(start.bytes)
  let changes = [...start.changes]
  let hash: string | undefined
  let foldAbove = mostJournalBytes(base)

  const hashBase = (): string => {
    hash ??= hashBytes(base.read())
    return hash
  }
  /** The first line of a journal says what it is for, so the first change has the number 1. */
  const nextSeq = (): number => Math.max(state.lines, 1)

  async function append(line: string): Promise<void> {
    state = await ensureEnd(files, state)
    try {
      state = await appendLine(files, state, { hash: hashBase(), version }, line)
    } catch (error) {
      state = { ...state, tail: 'torn' }
      // So that a change that was refused does not come back after a crash. It is tried again before the next line.
      state = await ensureEnd(files, state).catch(() => state)
      throw error
    }
  }

  return {
    async append(given) {
      const change = { seq: nextSeq(), ...given }
      await append(renderChange(change))
      changes.push(change)
    },
    isLong: () => state.end > foldAbove,
    hasChanges: () => changes.length > 0,
    async fold(bytes) {
      const next = hashBytes(bytes)
      try {
        await append(renderLink(nextSeq(), next)).catch((error: unknown) => {
          // Without this line the copy leads only up to here; the file itself is no worse for it.
          log.warn({ err: error }, 'the journal of the store could not be ended')
        })
        await saveFile(files, bytes)
      } catch (error) {
        foldAbove = state.end + mostJournalBytes(base)
        throw error
      }
      base.forget()
      base = keepBytes(bytes)
      version = readVersionOf(bytes)
      hash = next
      changes = []
      foldAbove = mostJournalBytes(base)
      state = await ensureEnd(files, { ...noJournal, tail: 'old' }).catch((error: unknown) => {
        log.warn({ err: error }, 'the journal of the store could not be put away')
        return { ...noJournal, tail: 'old' } as const
      })
    },
    rebuild() {
      const database = openDatabase(sqlite, base.read())
      const { damage } = replay(database, { version, changes, damage: undefined })
      if (damage === undefined) return database
      database.close()
      throw new Error(`its journal, ${damage}`)
    },
  }
}

/** `PRAGMA user_version`, at 60 in the header (https://www.sqlite.org/fileformat.html#the_database_header). */
function readVersionOf(bytes: Uint8Array): number {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).readUInt32BE(60)
}
