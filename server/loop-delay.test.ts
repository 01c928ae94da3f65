import { expect, test } from 'vitest'
import { watchLoopDelay } from './loop-delay.ts'

test('a loop that is held up shows by how much', async () => {
  const read = watchLoopDelay()
  expect(read()).toEqual({ p50_ms: 0, p99_ms: 0, max_ms: 0 })
  const holdUp = () => {
    const until = performance.now() + 300
    while (performance.now() < until);
    return read().max_ms
  }
  // it counts from when the watch has seen the loop for the first time
  await expect.poll(holdUp, { timeout: 10_000 }).toBeGreaterThan(200)
})
