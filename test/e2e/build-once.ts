import { readlink, rename, rm, stat, symlink } from 'node:fs/promises'
import { until } from '../hosts/condition.ts'

/** A build takes a quarter of this on a busy machine. In milliseconds. */
const builtWithinMs = 100_000

/**
 * Builds a folder unless it is there. Of several test files at once the first builds, and the others wait for it instead
 * of building the same on the same processors.
 * @param build makes the folder elsewhere and returns where that is
 */
export const buildOnce = async (path: string, build: () => Promise<string>): Promise<void> => {
  const claim = `${path}.claimed`
  while (!(await isThere(path))) {
    if (await claimFor(claim)) {
      try {
        // Another may have ended between the two looks.
        if (!(await isThere(path))) await rename(await build(), path)
      } finally {
        await rm(claim, { force: true })
      }
    } else {
      await until(`${path} is built`, async () => !(await isHeld(claim)), builtWithinMs)
    }
  }
}

/** Whether this process is the one that has it now. A link is made at once, together with the process that it names. */
const claimFor = (claim: string): Promise<boolean> =>
  symlink(`${process.pid}`, claim).then(
    () => true,
    () => false,
  )

/** Whether a process has it that still runs; what a killed one left is removed. */
const isHeld = async (claim: string): Promise<boolean> => {
  const owner = await readlink(claim).catch(() => '')
  if (owner === '') return false
  if (isRunning(Number(owner))) return true
  await rm(claim, { force: true })
  return false
}

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )
