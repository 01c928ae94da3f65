import { expect, it } from 'vitest'
import { createBatches } from './batches.ts'
import { createFakeClock } from './fake-clock.ts'

function setUp() {
  const clock = createFakeClock()
  let waiting = 0
  let finish: (() => void) | undefined
  let fail: ((error: Error) => void) | undefined
  const taken: number[] = []
  const errors: unknown[] = []
  const batches = createBatches({
    clock,
    turns: 12,
    afterMs: 15_000,
    pending: () => waiting,
    failed: (error) => errors.push(error),
    run: () =>
      new Promise((resolve, reject) => {
        const now = waiting
        taken.push(now)
        finish = () => {
          waiting -= now
          resolve()
        }
        fail = reject
      }),
  })
  return {
    clock,
    batches,
    taken,
    errors,
    hear(turns: number) {
      for (let i = 0; i < turns; i++) {
        waiting++
        batches.heard()
      }
    },
    async finish() {
      finish?.()
      await new Promise((resolve) => setImmediate(resolve))
    },
    async fail() {
      fail?.(new Error('no database'))
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

it('runs after 12 turns, or 15 s after the first', async () => {
  const t = setUp()
  t.hear(11)
  expect(t.taken).toEqual([])
  t.hear(1)
  expect(t.taken).toEqual([12])
  await t.finish()
  t.hear(1)
  t.clock.pass(14_999)
  expect(t.taken).toEqual([12])
  t.clock.pass(1)
  expect(t.taken).toEqual([12, 1])
  await t.finish()
  t.clock.pass(100_000)
  expect(t.taken).toEqual([12, 1])
})

it('gathers what comes during a run into one', async () => {
  const t = setUp()
  t.hear(12)
  t.hear(40)
  expect(t.taken).toEqual([12])
  await t.finish()
  t.hear(1)
  expect(t.taken).toEqual([12, 41])
})

it('tries again later what failed', async () => {
  const t = setUp()
  t.hear(12)
  await t.fail()
  expect(t.errors).toHaveLength(1)
  t.clock.pass(15_000)
  expect(t.taken).toEqual([12, 12])
  await t.finish()
})

it('flushes all that waits, also behind a run, and gives up on a failure', async () => {
  const t = setUp()
  t.hear(12)
  t.hear(3)
  let flushed = false
  const flush = t.batches.flush().then(() => {
    flushed = true
  })
  await t.finish()
  expect(t.taken).toEqual([12, 3])
  expect(flushed).toBe(false)
  await t.finish()
  await flush
  t.hear(2)
  const second = t.batches.flush()
  await Promise.resolve()
  await t.fail()
  await second
  expect(t.taken).toEqual([12, 3, 2])
})

it('does nothing after it was stopped', () => {
  const t = setUp()
  t.hear(3)
  t.batches.stop()
  t.hear(20)
  t.clock.pass(100_000)
  expect(t.taken).toEqual([])
})
