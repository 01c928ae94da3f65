import { expect, test } from 'vitest'
import { sayAgo, sayClock, sayDuration, sayMinutes } from './say.ts'

test('lengths are said in their two greatest units', () => {
  expect([0.001, 0.25, 2.5, 5, 60, 61.2, 90, 1440, 1503].map(sayMinutes)).toEqual([
    ...['1 s', '15 s', '2.5 min', '5 min', '1 h', '1 h 1 min', '1 h 30 min', '1 d', '1 d 1 h'],
  ])
})

test('short times are in the unit that fits', () => {
  expect([0, 0.04, 0.36, 9.96, 12.4, 999, 1_260, 61_000].map(sayDuration)).toEqual([
    ...['0 ms', '0 ms', '0.4 ms', '10 ms', '12 ms', '999 ms', '1.3 s', '61 s'],
  ])
})

test('a clock has hours once there are some, and never goes below zero', () => {
  expect([-1, 65_999, 3_725_000].map(sayClock)).toEqual(['0:00', '1:05', '1:02:05'])
})

test('how long ago is said in one unit', () => {
  const minute = 60_000
  expect([minute - 1, minute, 119 * minute, 49 * 60 * minute].map(sayAgo)).toEqual([
    ...['just now', '1 min', '1 h', '2 d'],
  ])
})
