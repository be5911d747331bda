import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/hosts/clear-leftovers.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // A process for each file: what a file starts ends with its process, however that ends.
    pool: 'forks',
    // A real host is a dockerd and its containers: files side by side wait for each other's processor.
    maxWorkers: 2,
  },
})
