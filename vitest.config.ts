import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import { LongestFirst } from './test/sequence.ts'

/** Files of many minutes, and further cases of a kind: `npm run test:long` runs them, and them only. */
const long = 'test/**/*.long.test.ts'

/** Folders of values in, values out: no host, no page, no file of the program. */
const pure = [
  'test/contract/**/*.test.ts',
  'test/core/**/*.test.ts',
  'test/domain/**/*.test.ts',
  'test/renderer/**/*.test.ts',
]

/** Tests open hundreds of small stores: optimised code of SQLite does not pay for its compilation. */
const execArgv = ['--liftoff-only']

/** Files that put something of their own into Node's modules, for as long as their process lives. */
const alone = ['test/main/store/durability.test.ts']

/** Pure tests share threads: a process for each file costs more than the tests in it. */
const pureTests: TestProjectInlineConfiguration = {
  extends: true,
  // Properties are tried hundreds of times, which takes as long as the machine is busy.
  test: {
    name: 'pure',
    include: pure,
    exclude: [long],
    pool: 'threads',
    isolate: false,
    testTimeout: 180_000,
  },
}

/**
 * Tests with real parts run in processes, which end with all that they started. Loading the program costs two seconds
 * of a processor, so a worker loads it once for all of its files.
 */
const realTests = (isLong: boolean): TestProjectInlineConfiguration => ({
  extends: true,
  test: {
    name: 'real',
    include: [isLong ? long : 'test/**/*.test.ts'],
    exclude: isLong ? [] : [long, ...pure, ...alone],
    testTimeout: 180_000,
    // A poll waits for a condition, however busy the machine is.
    expect: { poll: { timeout: 15_000 } },
    hookTimeout: 300_000,
    pool: 'forks',
    execArgv,
    isolate: false,
  },
})

/** A process for each file. */
const loneTests: TestProjectInlineConfiguration = {
  extends: true,
  test: { name: 'alone', include: alone, testTimeout: 180_000, pool: 'forks', isolate: true, execArgv },
}

export default defineConfig(({ mode }) => ({
  test: {
    globalSetup: ['test/hosts/begin-run.ts'],
    // One more than the processors of a small machine, because tests wait for hosts. On 2 cores 3 leave almost a quarter of
    // the processors idle, and with 4 some that talk to a keyring or a slow host meet their limits.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    projects: mode === 'long' ? [realTests(true)] : [pureTests, realTests(false), loneTests],
  },
}))
