import { expect, test } from 'vitest'
import { createBuckets } from './buckets.ts'

const limit = { perSecond: 2, burst: 3 }

test('a burst passes, then as many as the rate allows, and the wait is told', () => {
  let now = 0
  const buckets = createBuckets(() => now)
  const take = () => buckets.take('ada', 'chat', limit)
  expect([take(), take(), take(), take()]).toEqual([0, 0, 0, 500])
  now += 500
  expect([take(), take()]).toEqual([0, 500])
})

test('users and commands have buckets of their own', () => {
  const buckets = createBuckets(() => 0)
  const one = { perSecond: 1, burst: 1 }
  expect(buckets.take('ada', 'chat', one)).toBe(0)
  expect(buckets.take('ada', 'chat', one)).toBe(1000)
  expect(buckets.take('bob', 'chat', one)).toBe(0)
  expect(buckets.take('ada', 'ask', one)).toBe(0)
})

test('full buckets are forgotten', () => {
  let now = 0
  const buckets = createBuckets(() => now)
  for (let user = 0; user < 1000; user++) buckets.take(`user ${user}`, 'chat', limit)
  now += 60_000
  buckets.take('ada', 'chat', limit)
  expect(buckets.size).toBe(1)
})
