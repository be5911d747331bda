import { describe, type TestOptions } from 'vitest'
import { skipReason } from './platform.ts'

/** A suite that makes real hosts; where there can be none it is skipped, with the reason in its name. */
export const describeOnHosts = (name: string, tests: () => void, options: TestOptions = {}): void => {
  const reason = skipReason()
  describe.skipIf(reason !== null)(reason === null ? name : `${name} (${reason})`, options, tests)
}
