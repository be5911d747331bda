import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { errorCode } from './disk-error.ts'
import { syncFolder } from './store-file.ts'

/** Exports of one month that stand beside each other: an operation that was long unsettled comes late. */
const mostBeside = 100

/**
 * Writes a file that was not there before and flushes it.
 * @returns its path
 * @throws what the disk said; then nothing new is there
 */
export async function writeExport(folder: string, name: string, text: string): Promise<string> {
  const made = await mkdir(folder, { recursive: true, mode: 0o700 })
  if (made !== undefined) await syncFolder(dirname(folder))
  for (let number = 1; ; number += 1) {
    const path = join(folder, number === 1 ? `${name}.json` : `${name}-${number}.json`)
    try {
      await writeNew(path, text)
    } catch (error) {
      if (errorCode(error) === 'EEXIST' && number < mostBeside) continue
      throw error
    }
    await syncFolder(folder)
    return path
  }
}

async function writeNew(path: string, text: string): Promise<void> {
  const handle = await open(path, 'wx', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } catch (error) {
    // A part of it would be taken for the whole.
    await rm(path, { force: true })
    throw error
  } finally {
    await handle.close()
  }
}

/**
 * Takes the file of a month away.
 * @param isWhole everything in it could be read; else it stays under another name, which nobody reads
 */
export async function removeMonth(folder: string, month: string, isWhole: boolean): Promise<void> {
  const path = join(folder, `${month}.jsonl`)
  await (isWhole ? rm(path) : rename(path, `${path}.unread`))
  await syncFolder(folder)
}
