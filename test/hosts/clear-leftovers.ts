import { clearLeftovers } from './leftovers.ts'
import { runningAsRootOnLinux } from './platform.ts'

/** Runs once before all test files: removes what an earlier, killed run left. */
export const setup = async (): Promise<void> => {
  if (runningAsRootOnLinux()) await clearLeftovers()
}
