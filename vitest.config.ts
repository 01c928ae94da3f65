import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/support/longest-first.ts'

/** Sound in real time between real browsers, and figures of minutes: little else may take the processor meanwhile. */
const realtime = [
  'test/e2e/{livekit,room-call,room-sound}.test.ts',
  'test/faults/livekit-kill.test.ts',
  'test/soak/*.test.ts',
]
/** One Postgres for all; who comes first waits until what the tests need is built. */
const withRealParts = {
  globalSetup: ['test/support/global-setup.ts'],
  testTimeout: 30_000,
  hookTimeout: 300_000,
}

export default defineConfig({
  test: {
    reporters: ['default', './test/support/tally.ts'],
    sequence: { sequencer: LongestFirst },
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
          exclude: realtime,
          // one more than cores: they wait more than they work
          maxWorkers: 3,
          // projects with workers of their own have a place of their own in the order
          sequence: { groupOrder: 1 },
          ...withRealParts,
        },
      },
      {
        test: {
          name: 'realtime',
          include: realtime,
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
          ...withRealParts,
        },
      },
    ],
  },
})
