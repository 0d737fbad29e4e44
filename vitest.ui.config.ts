import { defineConfig } from 'vitest/config'

/** Journeys in a real browser, against the built page, one at a time. */
export default defineConfig({
  test: {
    include: ['tests/ui/**/*.test.ts'],
    environment: 'node',
    testTimeout: 300_000,
    hookTimeout: 120_000,
    maxWorkers: 1,
    fileParallelism: false,
  },
})
