import { expect, test } from 'vitest'
import { createKeyedLock } from './keyed-lock.ts'

test('the same key runs one after another in order, other keys beside it', async () => {
  const locked = createKeyedLock()
  const order: string[] = []
  let open = () => {}
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  const first = locked('a', async () => {
    order.push('a1 begins')
    await gate
    order.push('a1 ends')
    return 1
  })
  const second = locked('a', async () => {
    order.push('a2')
    return 2
  })
  await locked('b', async () => order.push('b'))
  open()
  expect(await Promise.all([first, second])).toEqual([1, 2])
  expect(order).toEqual(['a1 begins', 'b', 'a1 ends', 'a2'])
})

test('a failure is its own: the next one runs', async () => {
  const locked = createKeyedLock()
  const failed = locked('a', () => Promise.reject(new Error('mine')))
  const next = locked('a', async () => 'runs')
  await expect(failed).rejects.toThrow('mine')
  expect(await next).toBe('runs')
})
