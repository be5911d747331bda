import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Every real host brings its own dockerd: more than two at once is slower than one after the other.
    maxWorkers: 2,
  },
})
