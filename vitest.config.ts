import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    reporters: ['default', './test/support/tally.ts'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{protocol,db,rooms,agents,server}/**/*.test.ts'],
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/**/*.test.ts'],
          // one Postgres for all of them
          globalSetup: ['test/support/global-setup.ts'],
          maxWorkers: 2,
          testTimeout: 30_000,
          // who comes first waits until what the tests need is built
          hookTimeout: 300_000,
        },
      },
    ],
  },
})
