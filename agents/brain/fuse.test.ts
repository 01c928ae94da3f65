import { expect, it } from 'vitest'
import { fuse } from './fuse.ts'

const order = (scores: Float64Array) =>
  [...scores.keys()].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0))

it('puts first what both rankings have high', () => {
  const fused = fuse(Float64Array.of(9, 8, 1, 0), Float64Array.of(0.1, 0.9, 0.8, 0.2))
  expect(order(fused)[0]).toBe(1)
})

it('follows the words where meanings are alike, and the other way round', () => {
  const [a, b] = [Float64Array.of(1, 3, 2), Float64Array.of(0.5, 0.5, 0.5)]
  expect(order(fuse(a, b))).toEqual([1, 2, 0])
  expect(order(fuse(Float64Array.of(0, 0, 0), Float64Array.of(0.1, 0.3, 0.2)))).toEqual([1, 2, 0])
})

it('leaves out what has nothing in either', () => {
  expect([...fuse(Float64Array.of(0, 1), Float64Array.of(0, 0))].map((x) => x > 0)).toEqual([
    ...[false, true],
  ])
})
