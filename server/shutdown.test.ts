import { pino } from 'pino'
import { expect, test } from 'vitest'
import { runPhases } from './shutdown.ts'

const log = pino({ level: 'silent' })

test('phases run in order, whatever one of them does', async () => {
  const done: string[] = []
  await runPhases(
    [
      { name: 'a', withinMs: 1000, run: async () => done.push('a') },
      {
        name: 'throws',
        withinMs: 1000,
        run: () => {
          throw new Error('no')
        },
      },
      { name: 'rejects', withinMs: 1000, run: () => Promise.reject(new Error('no')) },
      { name: 'hangs', withinMs: 10, run: () => new Promise(() => {}) },
      { name: 'b', withinMs: 1000, run: () => done.push('b') },
    ],
    log,
  )
  expect(done).toEqual(['a', 'b'])
})
