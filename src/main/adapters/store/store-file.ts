import { copyFile, link, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode } from './disk-error.ts'

/**
 * The store's files: the last one that was saved whole and the journal of what changed since, the one before it (the
 * last good copy) with the journal that leads from it to the current one, and what a save is writing.
 */
export interface StoreFiles {
  readonly folder: string
  readonly current: string
  readonly journal: string
  readonly copy: string
  readonly copyJournal: string
  readonly writing: string
}

export function storeFiles(folder: string): StoreFiles {
  const current = join(folder, 'memharbor.sqlite')
  const copy = `${current}.copy`
  const journals = { journal: `${current}.journal`, copyJournal: `${copy}.journal` }
  return { folder, current, copy, ...journals, writing: `${current}.writing` }
}

/** A file's bytes and when it was written, or undefined when there is none. */
export async function readIfThere(path: string): Promise<{ bytes: Uint8Array; writtenAt: Date } | undefined> {
  try {
    return { bytes: await readFile(path), writtenAt: (await stat(path)).mtime }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/**
 * Makes `bytes` the current file and the current file the last good copy. At every moment there is a whole file under
 * at least one of both names, and the bytes are on the disk before they get their name. When this throws, the current
 * file is what it was. Its journal is still where it was: `settleJournal` comes next.
 */
export async function saveFile(files: StoreFiles, bytes: Uint8Array): Promise<void> {
  try {
    await writeDurably(files.writing, bytes)
    await keepCopy(files)
    await rename(files.writing, files.current)
  } catch (error) {
    // Gives the space back on a full disk. Whether that works changes nothing: the next save removes it as well.
    await rm(files.writing, { force: true }).catch(() => undefined)
    throw error
  }
}

/**
 * Puts the journal of the file before, which is the copy now, beside it. First the new file's name has to be on the
 * disk: the old file without its journal would have lost changes. Until this is done, the journal is known as an old
 * one by the file that its first line names.
 */
export async function settleJournal(files: StoreFiles): Promise<void> {
  await syncFolder(files.folder)
  await rename(files.journal, files.copyJournal).catch(ignoreAbsent)
}

/** Makes `bytes`, which the current file has as well, the last good copy, and removes the journals of other files. */
export async function replaceCopy(files: StoreFiles, bytes: Uint8Array): Promise<void> {
  await writeDurably(files.writing, bytes)
  await rename(files.writing, files.copy)
  await syncFolder(files.folder)
  await rm(files.copyJournal, { force: true })
  await rm(files.journal, { force: true })
}

/** Gives a damaged file another name beside it, and says which. */
export async function keepAside(files: StoreFiles, path: string, now: Date): Promise<string> {
  const aside = `${path}.damaged-${now.toISOString().replaceAll(/[:.]/g, '-')}`
  await rename(path, aside)
  await syncFolder(files.folder)
  return aside
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  await rm(path, { force: true })
  const handle = await open(path, 'wx', 0o600)
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function keepCopy(files: StoreFiles): Promise<void> {
  const next = `${files.copy}.next`
  await rm(next, { force: true })
  try {
    await link(files.current, next)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return
    // Some file systems (exFAT, some network shares) have no hard links.
    await copyFile(files.current, next)
  }
  await rename(next, files.copy)
  // Renaming one hard link of a file over another one of the same file does nothing (POSIX), and leaves it there.
  await rm(next, { force: true })
}

function ignoreAbsent(error: unknown): void {
  if (errorCode(error) !== 'ENOENT') throw error
}

/** Flushes the names in a folder. */
export async function syncFolder(path: string): Promise<void> {
  // Windows can't open a folder; NTFS writes renames to its journal itself.
  if (process.platform === 'win32') return
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
