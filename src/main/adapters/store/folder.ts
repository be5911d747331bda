import { chmod, mkdir, readdir, stat } from 'node:fs/promises'
import { fail } from '../../../domain/problem-error.ts'
import { describeDiskError } from './disk-error.ts'

/**
 * Makes the data folder, for its owner only (0700), or checks the one that is there. A folder that holds other things
 * keeps its mode, because it may be somebody's home; one that others can write to is refused, because they could
 * exchange the files in it.
 * @throws ProblemError STORE_UNUSABLE
 */
export async function ensureDataFolder(path: string): Promise<void> {
  try {
    const made = await mkdir(path, { recursive: true, mode: 0o700 })
    if (made !== undefined || process.platform === 'win32') return
    const found = await stat(path)
    if (found.uid !== process.getuid?.()) refuse(path, 'the folder belongs to another user')
    if ((found.mode & 0o077) === 0) return
    const names = await readdir(path)
    if (
      names.every((name) =>
        /^(?:memharbor\.(?:sqlite|log).*|secrets\.json.*|operations|lock|control\.sock|window)$/.test(name),
      )
    )
      await chmod(path, 0o700)
    else if ((found.mode & 0o022) !== 0) refuse(path, 'other users may write in this folder')
  } catch (error) {
    if (error instanceof Error && error.name === 'ProblemError') throw error
    fail({ code: 'STORE_UNUSABLE', details: { path, reason: describeDiskError(error) } }, error)
  }
}

function refuse(path: string, reason: string): never {
  fail({ code: 'STORE_UNUSABLE', details: { path, reason } })
}
