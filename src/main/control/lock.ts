import { closeSync, constants, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { tryLock } from 'fs-native-extensions'
import { z } from 'zod'
import { fail } from '../../domain/problem-error.ts'
import { describeDiskError, errorCode, isDiskFull } from '../adapters/store/disk-error.ts'
import { ensureDataFolder } from '../adapters/store/folder.ts'

/** Far behind the text in the file: Windows forbids others to read the bytes that are locked. */
const lockedByte = 0x10_00_00

const storeOwner = z.object({
  pid: z.int().positive(),
  /** A panel lives long and answers others; a command ends soon. */
  what: z.enum(['panel', 'command']),
  /** Where it answers, once it does. */
  socket: z.string().optional(),
})

/** The holder of a store, for messages and to find its control socket. */
export type StoreOwner = z.infer<typeof storeOwner>

/** The exclusive right to a data folder. It ends with `release`, or with the process, however that ends. */
export interface StoreLock {
  readonly dataDir: string
  /** The folder can only be read, so others who read it may hold it beside this program. */
  readonly readOnly: boolean
  /** Tells others where this program answers; undefined takes that back. */
  announce(socket: string | undefined): void
  release(): void
}

/**
 * Takes the lock of a data folder if nobody holds it, here or in another process; never waits. The lock belongs to the
 * open file (OFD lock on Linux, flock on macOS, LockFileEx on Windows), so the kernel gives it back when the process
 * dies. The file itself stays: removing it would let two programs lock two files of one name.
 * @throws ProblemError STORE_UNUSABLE
 */
export async function takeStore(dataDir: string, what: StoreOwner['what']): Promise<StoreLock | undefined> {
  await ensureDataFolder(dataDir)
  const path = lockPath(dataDir)
  // A plain descriptor, because a FileHandle that nobody refers to is closed by the garbage collector.
  const { fd, readOnly } = orUnusable(path, () => openLock(path))
  let held = true
  const close = (): void => {
    if (held) closeSync(fd)
    held = false
  }
  try {
    if (!orUnusable(path, () => tryLock(fd, lockedByte, 1, { shared: readOnly }))) {
      close()
      return undefined
    }
    const announce = (socket: string | undefined): void => {
      if (held && !readOnly)
        writeOwner(fd, { pid: process.pid, what, ...(socket === undefined ? {} : { socket }) })
    }
    // Its words are for messages, and a full disk must not keep a command from taking access away.
    orUnusable(path, () => unlessFull(() => announce(undefined)))
    return { dataDir, readOnly, announce, release: close }
  } catch (error) {
    close()
    throw error
  }
}

/** A file that cannot be written can still be locked by those who only read. */
function openLock(path: string): { fd: number; readOnly: boolean } {
  try {
    return { fd: openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600), readOnly: false }
  } catch (error) {
    if (!['EROFS', 'EACCES', 'EPERM'].includes(errorCode(error) ?? '')) throw error
    try {
      return { fd: openSync(path, constants.O_RDONLY), readOnly: true }
    } catch {
      throw error
    }
  }
}

/**
 * The holder that the lock's file names; undefined while that is being written, and where there is none. Only the lock
 * itself shows whether it is held.
 */
export function readStoreOwner(dataDir: string): StoreOwner | undefined {
  try {
    return storeOwner.parse(JSON.parse(readFileSync(lockPath(dataDir), 'utf8')))
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError || errorCode(error) === 'ENOENT')
      return undefined
    throw error
  }
}

/** `the panel (process 4711)` */
export function describeOwner(owner: StoreOwner | undefined): string {
  if (owner === undefined) return 'another program'
  return `${owner.what === 'panel' ? 'the panel' : 'a command'} (process ${owner.pid})`
}

function lockPath(dataDir: string): string {
  return join(dataDir, 'lock')
}

function writeOwner(fd: number, owner: StoreOwner): void {
  const text = `${JSON.stringify(owner)}\n`
  // Over what is there, which takes no room of a full disk.
  ftruncateSync(fd, writeSync(fd, text, 0))
}

function unlessFull(action: () => void): void {
  try {
    action()
  } catch (error) {
    if (!isDiskFull(error)) throw error
  }
}

function orUnusable<Value>(path: string, action: () => Value): Value {
  try {
    return action()
  } catch (error) {
    return fail({ code: 'STORE_UNUSABLE', details: { path, reason: describeDiskError(error) } }, error)
  }
}
