import { expect, test } from 'vitest'
import { bytes } from './format.ts'

test('sizes are short, and in the unit that fits', () => {
  expect([0, 1, 1023, 1536, 20_000_000, 3 * 1024 ** 3].map(bytes)).toEqual([
    '0 B',
    '1 B',
    '1023 B',
    '1.5 KB',
    '19 MB',
    '3 GB',
  ])
})
