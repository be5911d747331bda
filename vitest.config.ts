import { defineConfig } from 'vitest/config'

/** Files of many minutes: `npm run test:long` runs them, and them only. */
const long = 'test/**/*.long.test.ts'

export default defineConfig(({ mode }) => ({
  test: {
    include: [mode === 'long' ? long : 'test/**/*.test.ts'],
    exclude: mode === 'long' ? [] : [long],
    globalSetup: ['test/hosts/clear-leftovers.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // A process for each file: what a file starts ends with its process, however that ends.
    pool: 'forks',
    // One more than the processors of a small machine, because tests wait for hosts; with more of them hosts would wait
    // for each other. On 2 cores 2 leave a quarter of the processors idle, and 3 a tenth.
    maxWorkers: 3,
  },
}))
