import type { Database, SqlJsStatic } from 'sql.js'
import { fail } from '../../../domain/problem-error.ts'
import { hashBytes } from './checked-line.ts'
import { describeDiskError } from './disk-error.ts'
import { noJournal } from './journal-file.ts'
import { type Journal, type ParsedJournal, parseJournal } from './journal-text.ts'
import { newestVersion } from './migrations.ts'
import { type Copy, type Recovered, recoverStore } from './recover.ts'
import { replay } from './replay.ts'
import type { SavedParts } from './saved-store.ts'
import { inspectDatabase, openDatabase } from './sqlite.ts'
import { readIfThere, type StoreFiles } from './store-file.ts'

/** The store on the disk: none yet, a database that is as the disk is, or one that was recovered. */
export type Loaded =
  | { kind: 'fresh' }
  | { kind: 'current'; database: Database; saved: SavedParts }
  | ({ kind: 'recovered' } & Recovered)

type Candidate = { kind: 'absent' } | { kind: 'damaged'; reason: string } | ({ kind: 'whole' } & Copy)

/**
 * Reads the store's file and its journal, or what can be had of the last good copy and the journals when something is
 * damaged or gone. Nothing is changed on the disk.
 * @throws ProblemError STORE_UNUSABLE when nothing can be used, or when a newer program wrote it
 */
export async function loadStore(sqlite: SqlJsStatic, files: StoreFiles): Promise<Loaded> {
  const current = await readCandidate(sqlite, files.current)
  const journal = await readJournal(files.journal)
  const tried = current.kind === 'whole' ? openCurrent(sqlite, current, journal) : undefined
  if (tried?.kind === 'current') return tried
  const copy = await readCandidate(sqlite, files.copy)
  const isEmpty = journal === undefined || journal.kind === 'empty'
  if (current.kind === 'absent' && copy.kind === 'absent' && isEmpty) return { kind: 'fresh' }
  const reason = tried?.reason ?? (current.kind === 'damaged' ? current.reason : 'it is gone')
  const recovered = recoverStore(sqlite, files, {
    current: current.kind === 'whole' ? current : undefined,
    copy: copy.kind === 'whole' ? copy : undefined,
    journals: [
      { path: files.copyJournal, parsed: await readJournal(files.copyJournal) },
      { path: files.journal, parsed: journal },
    ],
    isCurrentThere: current.kind !== 'absent',
    reason,
  })
  if (recovered !== undefined) return { kind: 'recovered', ...recovered }
  const why = copy.kind === 'damaged' ? `its copy ${files.copy}: ${copy.reason}` : 'there is no copy of it'
  return unusable(files.current, `${reason}, and ${why}`)
}

/** The file with its journal; the reason when they don't make a whole store together. */
function openCurrent(
  sqlite: SqlJsStatic,
  { bytes, version }: Copy,
  parsed: ParsedJournal | undefined,
): Extract<Loaded, { kind: 'current' }> | { kind: 'damaged'; reason: string } {
  const database = openDatabase(sqlite, bytes)
  const start = { bytes, version, changes: [], state: noJournal }
  if (parsed === undefined) return { kind: 'current', database, saved: start }
  if (parsed.kind === 'empty') {
    return { kind: 'current', database, saved: { ...start, state: { ...noJournal, tail: 'torn' } } }
  }
  const found = parsed.kind === 'journal' ? fits(database, parsed.journal, hashBytes(bytes)) : parsed
  if (found.kind === 'old') {
    return { kind: 'current', database, saved: { ...start, state: { ...noJournal, tail: 'old' } } }
  }
  if (found.kind === 'whole') {
    const { changes, end, lines } = found.journal
    return { kind: 'current', database, saved: { ...start, changes, state: { end, lines, tail: 'torn' } } }
  }
  database.close()
  return {
    kind: 'damaged',
    reason: `its journal: ${found.kind === 'damaged' ? found.reason : 'a newer Memharbor wrote it'}`,
  }
}

function fits(
  database: Database,
  journal: Journal,
  hash: string,
): { kind: 'old' } | { kind: 'whole'; journal: Journal } | { kind: 'damaged'; reason: string } {
  if (journal.base !== hash) {
    if (journal.next === hash && journal.damage === undefined) return { kind: 'old' }
    return { kind: 'damaged', reason: 'it belongs to another file' }
  }
  const { damage } = replay(database, journal)
  return damage === undefined ? { kind: 'whole', journal } : { kind: 'damaged', reason: damage }
}

async function readCandidate(sqlite: SqlJsStatic, path: string): Promise<Candidate> {
  const found = await readFileOrFail(path)
  if (found === undefined) return { kind: 'absent' }
  const content = inspectDatabase(sqlite, found.bytes)
  if (content.kind === 'damaged') return content
  if (content.version === 0) return { kind: 'damaged', reason: 'it holds no store' }
  if (content.version > newestVersion) {
    unusable(path, `a newer Memharbor wrote it (version ${content.version}, this one knows ${newestVersion})`)
  }
  return { kind: 'whole', version: content.version, ...found }
}

async function readJournal(path: string): Promise<ParsedJournal | undefined> {
  const found = await readFileOrFail(path)
  if (found === undefined) return undefined
  const parsed = parseJournal(found.bytes)
  const newer = parsed.kind === 'journal' ? parsed.journal.version > newestVersion : parsed.kind === 'newer'
  return newer ? unusable(path, 'a newer Memharbor wrote it') : parsed
}

const readFileOrFail = (path: string) =>
  readIfThere(path).catch((error: unknown) => unusable(path, describeDiskError(error), error))

function unusable(path: string, reason: string, cause?: unknown): never {
  return fail({ code: 'STORE_UNUSABLE', details: { path, reason } }, cause)
}
