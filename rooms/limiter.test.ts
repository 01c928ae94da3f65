import { expect, it } from 'vitest'
import { createLimiter } from './limiter.ts'

it('runs at most so many at once, the rest in order, and goes on after a failure', async () => {
  const limit = createLimiter(2)
  const order: number[] = []
  let running = 0
  let most = 0
  const results = await Promise.allSettled(
    [1, 2, 3, 4, 5, 6].map((n) =>
      limit(async () => {
        most = Math.max(most, ++running)
        order.push(n)
        await new Promise((resolve) => setImmediate(resolve))
        running--
        if (n === 2) throw new Error('two')
        return n
      }),
    ),
  )
  expect(most).toBe(2)
  expect(order).toEqual([1, 2, 3, 4, 5, 6])
  expect(results.map((r) => r.status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled',
    'fulfilled',
    'fulfilled',
  ])
})
