import { createHash } from 'node:crypto'
import { chmod, lstat, mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fail } from '../../domain/problem-error.ts'
import { describeDiskError } from '../adapters/store/disk-error.ts'

/** Bytes of a socket's path without the closing zero: 108 on Linux (unix(7)), 104 on macOS. */
const longestPath = process.platform === 'linux' ? 107 : 103

/**
 * Where the owner of a data folder listens: `control.sock` in it; when that is too long for a socket, a short name in
 * this user's runtime folder; on Windows a named pipe. Only the owner computes this: others read it from the lock file.
 * @throws ProblemError STORE_UNUSABLE when there is no safe place
 */
export async function chooseSocketPath(dataDir: string): Promise<string> {
  const name = createHash('sha256').update(resolve(dataDir)).digest('hex').slice(0, 16)
  if (process.platform === 'win32') return `\\\\.\\pipe\\memharbor-${name}`
  const inside = join(resolve(dataDir), 'control.sock')
  if (Buffer.byteLength(inside) <= longestPath) return inside
  const short = join(await ensureRuntimeFolder(dataDir), `${name}.sock`)
  if (Buffer.byteLength(short) <= longestPath) return short
  return fail({
    code: 'STORE_UNUSABLE',
    details: { path: dataDir, reason: 'its path is too long for a socket' },
  })
}

async function ensureRuntimeFolder(dataDir: string): Promise<string> {
  const uid = process.getuid?.() ?? 0
  const { XDG_RUNTIME_DIR: runtime } = process.env
  const folder = join(runtime ?? tmpdir(), `memharbor-${uid}`)
  // In a shared folder like /tmp somebody else may have made something of that name first: not a folder, or not ours.
  const ready = await mkdir(folder, { recursive: true, mode: 0o700 })
    .then(() => lstat(folder))
    .then((found) => found.isDirectory() && found.uid === uid && chmod(folder, 0o700).then(() => true))
    .catch((error: unknown) =>
      fail({ code: 'STORE_UNUSABLE', details: { path: folder, reason: describeDiskError(error) } }, error),
    )
  if (!ready) {
    fail({ code: 'STORE_UNUSABLE', details: { path: dataDir, reason: `${folder} belongs to another user` } })
  }
  return folder
}
