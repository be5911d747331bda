import { copyFile, link, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode } from './disk-error.ts'

/** The store's files: the current one, the one before it (the last good copy), and what a save is writing. */
export interface StoreFiles {
  readonly folder: string
  readonly current: string
  readonly copy: string
  readonly writing: string
}

export function storeFiles(folder: string): StoreFiles {
  const current = join(folder, 'memharbor.sqlite')
  return { folder, current, copy: `${current}.copy`, writing: `${current}.writing` }
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
 * file is what it was.
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
  try {
    await syncFolder(files.folder)
  } catch (error) {
    await putBack(files).catch(() => undefined)
    throw error
  }
}

/** Gives the damaged current file another name beside it, and says which. */
export async function keepAside(files: StoreFiles, now: Date): Promise<string> {
  const aside = `${files.current}.damaged-${now.toISOString().replaceAll(/[:.]/g, '-')}`
  await rename(files.current, aside)
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

async function putBack(files: StoreFiles): Promise<void> {
  await rm(files.writing, { force: true })
  await copyFile(files.copy, files.writing)
  await rename(files.writing, files.current)
}

async function syncFolder(path: string): Promise<void> {
  // Windows can't open a folder; NTFS writes renames to its journal itself.
  if (process.platform === 'win32') return
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
