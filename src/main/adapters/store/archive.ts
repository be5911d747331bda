import { join } from 'node:path'
import type { Logger } from 'pino'
import { z } from 'zod'
import { removeMonth, writeExport } from './archive-export.ts'
import { appendMonth, listMonths, readMonth } from './archive-file.ts'
import { type ArchiveFilter, matchesFilter, mayMatch } from './archive-filter.ts'
import { parseLine, renderLine } from './checked-line.ts'
import { type StoredOperation, storedOperation } from './operations.ts'

/** Operations that left the store, for people to read: nothing is decided by them. */
export interface Archive {
  /** How many of the newest operations stay in the store in any case. */
  readonly kept: number
  /**
   * Adds settled operations and flushes them. One that is there already does no harm.
   * @throws what the disk said
   */
  append(operations: readonly StoredOperation[]): Promise<void>
  /**
   * At most as many as the limit says, the newest first. Lines that cannot be read are left out, which the log tells.
   * @throws what the disk said
   */
  list(filter: ArchiveFilter): Promise<{ operations: StoredOperation[]; hasMore: boolean }>
  /** The months of which it has operations, the newest first: `2026-11`. */
  months(): Promise<string[]>
  /**
   * Takes a month out, once what is rendered of it, the newest first, is in a file and flushed. A month with lines that
   * cannot be read stays beside, under another name.
   * @returns the folder of that file
   * @throws what the disk said; then the month is still there
   */
  takeOut(month: string, render: (operations: readonly StoredOperation[]) => string): Promise<string>
}

const usuallyKept = 5_000

/** The archive in a data folder; nothing is read or made before it is used. */
export function openArchive(dataDir: string, log: Logger, kept = usuallyKept): Archive {
  const folder = join(dataDir, 'operations')
  const exported = join(dataDir, 'exported')
  /** By month: how many lines could not be read when that was told. */
  const told = new Map<string, number>()

  async function listMonth(month: string, filter: ArchiveFilter): Promise<StoredOperation[]> {
    let damaged = 0
    let found: StoredOperation[] = []
    await readMonth(folder, month, (line) => {
      if (line.length === 0 || !mayMatch(line, filter)) return
      const operation = parseLine(line) as StoredOperation | undefined
      if (operation === undefined) damaged += 1
      else if (matchesFilter(operation, filter)) found.push(operation)
      if (found.length > 2 * filter.limit + 1_000) found = newest(found, filter.limit + 1)
    })
    if (damaged > (told.get(month) ?? 0)) {
      told.set(month, damaged)
      log.warn({ month, damaged }, 'lines of the archive of operations cannot be read and are left out')
    }
    return newest(found, filter.limit + 1)
  }

  async function list(filter: ArchiveFilter): ReturnType<Archive['list']> {
    const found: StoredOperation[] = []
    const first = filter.before?.startedAt.slice(0, 7)
    for (const month of await listMonths(folder)) {
      if (first !== undefined && month > first) continue
      found.push(...(await listMonth(month, filter)))
      if (found.length > filter.limit) break
    }
    const chosen = found.slice(0, filter.limit)
    const operations = chosen.flatMap((each) => readOperation(each) ?? [])
    const hasMore = found.length > filter.limit
    const last = chosen.at(-1)
    // The end of a page without any would be taken for the end of the list.
    if (operations.length === 0 && hasMore && last !== undefined) return list({ ...filter, before: last })
    return { operations, hasMore }
  }

  return {
    kept,
    async append(operations) {
      const lines = new Map<string, string>()
      for (const { startedAt, id, ...rest } of operations) {
        const month = startedAt.slice(0, 7)
        lines.set(month, `${lines.get(month) ?? ''}${renderLine({ startedAt, id, ...rest })}`)
      }
      for (const [month, text] of lines) await appendMonth(folder, month, text)
    },
    list,
    months: () => listMonths(folder),
    async takeOut(month, render) {
      const found: StoredOperation[] = []
      let isWhole = true
      await readMonth(folder, month, (line) => {
        if (line.length === 0) return
        const given = parseLine(line) as StoredOperation | undefined
        const operation = given === undefined ? undefined : readOperation(given)
        if (operation === undefined) isWhole = false
        else found.push(operation)
      })
      await writeExport(exported, `memharbor-activity-${month}`, render(newest(found, found.length)))
      await removeMonth(folder, month, isWhole)
      return exported
    },
  }
}

/** The operations that began last, each once. */
function newest(found: readonly StoredOperation[], limit: number): StoredOperation[] {
  const byId = new Map(found.map((operation) => [operation.id, operation]))
  return [...byId.values()].sort(compareNewestFirst).slice(0, limit)
}

/** The order of the list: text order, as in the store. */
export function compareNewestFirst(
  a: Pick<StoredOperation, 'startedAt' | 'id'>,
  b: Pick<StoredOperation, 'startedAt' | 'id'>,
): number {
  if (a.startedAt !== b.startedAt) return a.startedAt < b.startedAt ? 1 : -1
  return a.id < b.id ? 1 : a.id > b.id ? -1 : 0
}

/** Checked as a row of the store is: another version of this program may have written it. */
function readOperation(given: StoredOperation): StoredOperation | undefined {
  try {
    return storedOperation.parse(z.encode(storedOperation, given))
  } catch {
    return undefined
  }
}
