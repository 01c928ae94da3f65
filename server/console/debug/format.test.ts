import { expect, test } from 'vitest'
import { bytes, duration, uptime } from './format.ts'
import { placeOf } from './scale.ts'

test('durations, sizes and times are short, and in the unit that fits', () => {
  expect([0, 0.04, 0.36, 9.96, 12.4, 999, 1_260, 61_000].map(duration)).toEqual([
    '0 ms',
    '0 ms',
    '0.4 ms',
    '10 ms',
    '12 ms',
    '999 ms',
    '1.3 s',
    '61 s',
  ])
  expect([0, 1, 1023, 1536, 20_000_000, 3 * 1024 ** 3].map(bytes)).toEqual([
    '0 B',
    '1 B',
    '1023 B',
    '1.5 KB',
    '19 MB',
    '3 GB',
  ])
  expect([4_000, 61_000, 3_700_000, 90_000_000].map(uptime)).toEqual([
    '4 s',
    '1 min',
    '1 h 1 min',
    '1 d 1 h',
  ])
})

test('the scale of times gives each power of ten the same room, and ends where it ends', () => {
  const steps = [0.1, 1, 10, 100, 1_000].map(placeOf)
  for (const [i, step] of steps.entries())
    if (i > 0) expect(step - (steps[i - 1] ?? 0)).toBeCloseTo((steps[1] ?? 0) - (steps[0] ?? 0))
  expect(placeOf(0)).toBe(0)
  expect(placeOf(1e9)).toBe(100)
})
