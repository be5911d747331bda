import type { Database, SqlJsStatic } from 'sql.js'
import { hashBytes } from './checked-line.ts'
import type { Journal, ParsedJournal } from './journal-text.ts'
import { replay } from './replay.ts'
import { openDatabase } from './sqlite.ts'
import type { StoreFiles } from './store-file.ts'
import type { StoreWarning } from './warning.ts'

/** A whole file of the store. */
export interface Copy {
  readonly bytes: Uint8Array
  readonly version: number
  readonly writtenAt: Date
}

export interface FoundFiles {
  readonly current: Copy | undefined
  readonly copy: Copy | undefined
  readonly journals: readonly { readonly path: string; readonly parsed: ParsedJournal | undefined }[]
  readonly isCurrentThere: boolean
  /** Why current file and journal could not be used together. */
  readonly reason: string
}

/** The most that could be had of a damaged store. */
export interface Recovered {
  readonly database: Database
  readonly warning: Omit<StoreWarning, 'keptAs'>
  /** The files that were not used, or not to their end. */
  readonly unused: readonly string[]
}

/**
 * From the current file, or from the copy when that is all there is or when only it leads to the end of the journals. A
 * damaged line ends the way: what came before it is used.
 */
export function recoverStore(
  sqlite: SqlJsStatic,
  files: StoreFiles,
  found: FoundFiles,
): Recovered | undefined {
  const [fromCurrent, fromCopy] = [found.current, found.copy].map((start) =>
    start === undefined ? undefined : { start, journals: followJournals(start, found.journals) },
  )
  const reachesEnd = fromCopy?.journals.some(({ path }) => path === files.journal) === true
  const isWhole = fromCopy?.journals.every(({ journal }) => journal.damage === undefined)
  const isCurrentFirst = fromCurrent?.journals[0] !== undefined
  const way = reachesEnd && isWhole && !isCurrentFirst ? fromCopy : (fromCurrent ?? fromCopy)
  if (way === undefined) return undefined
  const database = openDatabase(sqlite, way.start.bytes)
  let copyFrom = way.start.writtenAt.toISOString()
  const wholly = new Set<string>()
  const reached = new Set([hashBytes(way.start.bytes), ...way.journals.map(({ journal }) => journal.next)])
  for (const { path, journal } of way.journals) {
    const { at, damage } = replay(database, journal)
    copyFrom = at ?? copyFrom
    if (damage !== undefined) break
    wholly.add(path)
  }
  const isCurrentUsed = !found.isCurrentThere || way.start === found.current
  const unusedJournals = found.journals.filter(
    ({ path, parsed }) => !wholly.has(path) && isWorthKeeping(parsed, reached),
  )
  return {
    database,
    warning: { path: files.current, reason: found.reason, copyFrom },
    unused: [...(isCurrentUsed ? [] : [files.current]), ...unusedJournals.map(({ path }) => path)],
  }
}

interface Step {
  readonly path: string
  readonly journal: Journal
}

/** The journals that lead on from a file: the one that names it, then the one that names what that led to. */
function followJournals(start: Copy, journals: FoundFiles['journals']): Step[] {
  const way: Step[] = []
  const left = journals.flatMap(({ path, parsed }) =>
    parsed?.kind === 'journal' ? [{ path, journal: parsed.journal }] : [],
  )
  for (let hash: string | undefined = hashBytes(start.bytes); hash !== undefined; ) {
    const index = left.findIndex(({ journal }) => journal.base === hash)
    const [step] = index < 0 ? [] : left.splice(index, 1)
    if (step === undefined) break
    way.push(step)
    hash = step.journal.damage === undefined ? step.journal.next : undefined
  }
  return way
}

/** A journal that leads to a file that was reached anyway has nothing that is missing. */
function isWorthKeeping(
  parsed: ParsedJournal | undefined,
  reached: ReadonlySet<string | undefined>,
): boolean {
  if (parsed === undefined || parsed.kind === 'empty') return false
  if (parsed.kind !== 'journal' || parsed.journal.damage !== undefined) return true
  return parsed.journal.next === undefined || !reached.has(parsed.journal.next)
}
