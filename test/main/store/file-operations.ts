import fs from 'node:fs'
import promises, { type FileHandle } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { devNull } from 'node:os'
import { promisify } from 'node:util'

/**
 * Calls `look` after every operation that changes files, and in the middle of every write: at each moment at which a
 * program can be killed. The operations are the real ones and are done as they are asked for.
 */
export async function watchFileOperations(look: () => void): Promise<{ end(): void }> {
  const probe = await promises.open(devNull, 'r')
  const handles = Object.getPrototypeOf(probe) as FileHandle
  await probe.close()
  const { rename, rm, link, copyFile, open } = promises
  const { writeFile, truncate, sync, datasync } = handles

  const lookAfter =
    <Given extends unknown[], Result>(operation: (...given: Given) => Promise<Result>) =>
    async (...given: Given): Promise<Result> => {
      try {
        return await operation(...given)
      } finally {
        look()
      }
    }
  Object.assign(promises, {
    rename: lookAfter(rename),
    rm: lookAfter(rm),
    link: lookAfter(link),
    copyFile: lookAfter(copyFile),
    open: lookAfter(open),
  })
  handles.writeFile = async function (this: FileHandle, data) {
    if (!Buffer.isBuffer(data) && !(data instanceof Uint8Array)) throw new TypeError('the store writes bytes')
    const half = Math.floor(data.length / 2)
    await this.write(data.subarray(0, half))
    look()
    await writeFile.call(this, data.subarray(half))
    look()
  }
  handles.truncate = async function (this: FileHandle, length) {
    await truncate.call(this, length)
    look()
  }
  handles.sync = async function (this: FileHandle) {
    await sync.call(this)
    look()
  }
  handles.datasync = async function (this: FileHandle) {
    await datasync.call(this)
    look()
  }
  const { openSync, fdatasync, write } = fs
  const [flush, put] = [promisify(fdatasync), promisify(write)]
  fs.openSync = (...given) => {
    try {
      return openSync(...given)
    } finally {
      look()
    }
  }
  Object.assign(fs, {
    fdatasync: promised(lookAfter(flush)),
    // The kernel may take a part of what it is given: here half of it, and then the rest.
    write: promised(async (descriptor: number, data: Buffer, offset: number, length: number) => {
      const first = await put(descriptor, data, offset, Math.floor(length / 2), null)
      look()
      const rest = await put(descriptor, data, offset + first.bytesWritten, length - first.bytesWritten, null)
      look()
      return { ...rest, bytesWritten: first.bytesWritten + rest.bytesWritten }
    }),
  })
  syncBuiltinESMExports()
  return {
    end() {
      Object.assign(fs, { openSync, fdatasync, write })
      Object.assign(promises, { rename, rm, link, copyFile, open })
      Object.assign(handles, { writeFile, truncate, sync, datasync })
      syncBuiltinESMExports()
    },
  }
}

/** A function that gives a promise, in the place of one that takes a callback: as `promisify` sees both. */
const promised = <Work extends (...given: never[]) => Promise<unknown>>(work: Work) =>
  Object.assign(() => {}, { [promisify.custom]: work })
