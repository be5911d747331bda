import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isAlive, observeProcess } from '../process-identity.ts'

/** The name tells who uses the folder: process number and start time, then what mkdtemp adds. */
const namePattern = /^memharbor-try-(\d+)-(\d+)-\w{6}$/

/** A folder for the store of this run, for this user only. */
export const makeStoreFolder = async (): Promise<string> => {
  const self = observeProcess(process.pid)
  if (self === null) throw new Error('/proc does not show this process')
  return mkdtemp(join(tmpdir(), `memharbor-try-${self.pid}-${self.startTime}-`))
}

export const removeStoreFolder = (path: string): Promise<void> => rm(path, { recursive: true, force: true })

/** Removes the folders of this user's runs that were killed; returns their paths. */
export const clearStoreFolders = async (): Promise<readonly string[]> => {
  const found = (await readdir(tmpdir())).filter(isAbandoned).map((name) => join(tmpdir(), name))
  const own = await Promise.all(found.map(isOwnFolder))
  const abandoned = found.filter((_, index) => own[index])
  await Promise.all(abandoned.map(removeStoreFolder))
  return abandoned
}

const isAbandoned = (name: string): boolean => {
  const [, pid, startTime] = namePattern.exec(name) ?? []
  return pid !== undefined && startTime !== undefined && !isAlive({ pid: Number(pid), startTime })
}

/** Anybody can make a name in a shared folder. */
const isOwnFolder = async (path: string): Promise<boolean> => {
  const found = await lstat(path).catch(() => null)
  return found?.isDirectory() === true && found.uid === process.getuid?.()
}
