import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { runAt } from './expiry.ts'

beforeEach(() => {
  vi.useFakeTimers({ now: 0 })
})
afterEach(() => {
  vi.useRealTimers()
})

const DAY = 86_400_000

test.each([1000, 60 * DAY, 400 * DAY])('runs once, after %d ms', (ms) => {
  const run = vi.fn()
  runAt(ms, Date.now, run)
  vi.advanceTimersByTime(ms - 1)
  expect(run).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1 + 60 * DAY)
  expect(run).toHaveBeenCalledOnce()
})

test('is cancelled, also after the timer was armed again', () => {
  const run = vi.fn()
  const cancel = runAt(60 * DAY, Date.now, run)
  vi.advanceTimersByTime(30 * DAY)
  cancel()
  vi.advanceTimersByTime(60 * DAY)
  expect(run).not.toHaveBeenCalled()
})
