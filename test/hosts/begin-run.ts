import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { clearLeftovers } from './leftovers.ts'
import { runningAsRootOnLinux } from './platform.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder of this run of the tests, for things that its files share. */
    readonly runFolder: string
  }
}

/** Runs once before all test files: removes what an earlier, killed run left, and gives the files a common folder. */
export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  if (runningAsRootOnLinux()) await clearLeftovers()
  const folder = await mkdtemp(join(tmpdir(), 'memharbor-run-'))
  project.provide('runFolder', folder)
  return () => rm(folder, { recursive: true, force: true })
}
