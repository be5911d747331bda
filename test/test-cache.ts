import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * The folder of what tests fetch or make once for all runs and checkouts: MEMHARBOR_TEST_CACHE names it, else it is
 * /var/cache/memharbor-test for root and under ~/.cache for others. It may be missing; what is in it may be removed.
 */
export const testCache = (): string => {
  const named = process.env['MEMHARBOR_TEST_CACHE'] ?? ''
  if (named !== '') return named
  return process.getuid?.() === 0 ? '/var/cache/memharbor-test' : join(homedir(), '.cache/memharbor-test')
}
