import { expect, it } from 'vitest'
import { rouge } from './rouge.ts'

it('is 1 for the same words, 0 for none in common', () => {
  expect(rouge('the cat sat', 'The cat sat.')).toEqual({ r1: 1, r2: 1, l: 1 })
  expect(rouge('a b', 'c d')).toEqual({ r1: 0, r2: 0, l: 0 })
  expect(rouge('', 'c d')).toEqual({ r1: 0, r2: 0, l: 0 })
})

it('counts as published: Lin 2004, "police killed the gunman"', () => {
  const reference = 'police killed the gunman'
  expect(rouge('police kill the gunman', reference).r1).toBe(1)
  expect(rouge('the gunman kill police', reference).l).toBe(0.5)
  expect(rouge('the gunman police killed', reference).r2).toBeCloseTo(2 / 3)
})
