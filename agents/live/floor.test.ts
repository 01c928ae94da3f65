import { expect, it } from 'vitest'
import type { Priority } from '../graphs/voice.ts'
import { createFloor } from './floor.ts'

const never = new AbortController().signal
const take = (floor: ReturnType<typeof createFloor>, priority: Priority, signal = never) =>
  floor.take({ priority, private: false, signal })

it('lets one speak at a time, answers before greetings, each in the order in which it came', async () => {
  const floor = createFloor()
  const order: string[] = []
  const release = await take(floor, 'greeting')
  const speakers = (['greeting', 'answer', 'answer'] as const).map(async (priority, nth) => {
    const done = await take(floor, priority)
    order.push(`${priority} ${nth}`)
    done()
  })
  expect(order).toEqual([])
  release()
  await Promise.all(speakers)
  expect(order).toEqual(['answer 1', 'answer 2', 'greeting 0'])
})

it('keeps private words out of the queue', async () => {
  const floor = createFloor()
  const release = await take(floor, 'answer')
  const whisper = await floor.take({ priority: 'greeting', private: true, signal: never })
  whisper()
  let next = false
  const waiting = take(floor, 'answer').then(() => {
    next = true
  })
  await Promise.resolve()
  expect(next).toBe(false)
  release()
  await waiting
})

it('gives the floor back once, however often it is returned', async () => {
  const floor = createFloor()
  const release = await take(floor, 'answer')
  const second = take(floor, 'answer')
  let third = false
  void take(floor, 'answer').then(() => {
    third = true
  })
  release()
  release()
  await second
  expect(third).toBe(false)
})

it('forgets who gives up waiting', async () => {
  const floor = createFloor()
  const release = await take(floor, 'answer')
  const abort = new AbortController()
  const tired = take(floor, 'answer', abort.signal)
  const patient = take(floor, 'answer')
  abort.abort(new Error('tired'))
  await expect(tired).rejects.toThrow('tired')
  release()
  await patient
  await expect(take(floor, 'answer', abort.signal)).rejects.toThrow('tired')
})

it('bounds the queue: a greeting makes room for an answer, an answer too many is refused', async () => {
  const floor = createFloor()
  const release = await take(floor, 'answer')
  const greeting = take(floor, 'greeting')
  const answers = Array.from({ length: 7 }, () => take(floor, 'answer'))
  expect(floor.crowded()).toBe(false)
  const last = take(floor, 'answer')
  await expect(greeting).rejects.toMatchObject({ code: 'rate_limited' })
  expect(floor.crowded()).toBe(true)
  await expect(take(floor, 'answer')).rejects.toMatchObject({
    code: 'rate_limited',
    details: { retry_in_ms: expect.any(Number) },
  })
  release()
  for (const answer of [...answers, last]) (await answer)()
})
