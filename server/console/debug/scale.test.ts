import { expect, test } from 'vitest'
import { placeOf } from './scale.ts'

test('the scale of times gives each power of ten the same room, and ends where it ends', () => {
  const steps = [0.1, 1, 10, 100, 1_000].map(placeOf)
  for (const [i, step] of steps.entries())
    if (i > 0) expect(step - (steps[i - 1] ?? 0)).toBeCloseTo((steps[1] ?? 0) - (steps[0] ?? 0))
  expect(placeOf(0)).toBe(0)
  expect(placeOf(1e9)).toBe(100)
})
