import { closeSync, constants, fdatasync, fstatSync, openSync, write } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { promisify } from 'node:util'
import { renderHeader } from './journal-text.ts'
import { type StoreFiles, settleJournal, syncFolder } from './store-file.ts'

/** Where the journal's file stands. */
export interface JournalState {
  /** How many bytes of it count, and how many lines those are; none before the first change. */
  readonly end: number
  readonly lines: number
  /** `clean`: nothing follows `end`. `torn`: what follows was not confirmed to anybody. `old`: it is the copy's. */
  readonly tail: 'clean' | 'torn' | 'old'
}

export const noJournal: JournalState = { end: 0, lines: 0, tail: 'clean' }

/** The file that a journal is for. */
export interface JournalBase {
  readonly hash: string
  readonly version: number
}

/**
 * Appends a line where nothing is in its way (`ensureEnd`) and flushes it. The file is opened for each line: what was put
 * in its place, or a disk that has become read-only, is noticed then. Opening, measuring and closing wait for no disk, and
 * each would take as long as the flush where another thread does it: a closing waits for all of them.
 * @returns the state that this leads to
 * @throws when the line may not be on the disk
 */
export async function appendLine(
  files: StoreFiles,
  state: JournalState,
  base: JournalBase,
  line: string,
): Promise<JournalState> {
  const { end, lines } = state
  const isFirst = lines === 0
  const text = Buffer.from(isFirst ? `${renderHeader(base.hash, base.version)}${line}` : line)
  const flags = constants.O_WRONLY | (isFirst ? constants.O_CREAT | constants.O_TRUNC : constants.O_APPEND)
  const descriptor = openSync(files.journal, flags, 0o600)
  try {
    if (!isFirst) requireSize(fstatSync(descriptor).size, end)
    await writeAll(descriptor, text)
    await promisify(fdatasync)(descriptor)
  } finally {
    closeSync(descriptor)
  }
  if (isFirst) await syncFolder(files.folder)
  return { end: end + text.length, lines: lines + (isFirst ? 2 : 1), tail: 'clean' }
}

/** A disk that is almost full takes a part of it first. */
async function writeAll(descriptor: number, bytes: Buffer): Promise<void> {
  for (let rest = bytes; rest.length > 0; ) {
    const { bytesWritten } = await promisify(write)(descriptor, rest, 0, rest.length, null)
    rest = rest.subarray(bytesWritten)
  }
}

/** Takes away what is in the way of the next line. When this throws, it is to be called again before the next line. */
export async function ensureEnd(files: StoreFiles, state: JournalState): Promise<JournalState> {
  if (state.tail === 'clean') return state
  if (state.tail === 'old') {
    await settleJournal(files)
    return noJournal
  }
  if (state.end === 0) {
    await rm(files.journal, { force: true })
    return noJournal
  }
  const handle = await open(files.journal, 'r+')
  try {
    const { size } = await handle.stat()
    if (size < state.end) requireSize(size, state.end)
    await handle.truncate(state.end)
    await handle.sync()
  } finally {
    await handle.close()
  }
  return { ...state, tail: 'clean' }
}

function requireSize(size: number, end: number): void {
  if (size !== end)
    throw new Error(`something else changed its journal: it has ${size} bytes instead of ${end}`)
}
