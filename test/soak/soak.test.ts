import { expect, inject, test } from 'vitest'
import { slope, soak } from './soak.ts'

const MINUTES = 3
/** In the first minutes native allocators still grow (32 were seen): this finds what forgets nothing, `npm run soak` the rest. */
const MEGABYTES_A_MINUTE = 80

test('people come and go for minutes, and the hub gives back what it held for them', async () => {
  const { samples, visits, heard, after } = await soak(inject('postgres'), MINUTES)
  expect(visits).toBeGreaterThan(20)
  expect(heard).toBeGreaterThan(10)
  expect(slope(samples, ({ megabytes }) => megabytes)).toBeLessThan(MEGABYTES_A_MINUTE)
  const first = samples[0]
  expect(after.files).toBeLessThanOrEqual((first?.files ?? 0) + 10)
  expect(after.handles).toBeLessThanOrEqual((first?.handles ?? 0) + 10)
}, 420_000)
