import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RoomEvent } from '#protocol'
import { createRing } from './ring.ts'

const event = (seq: number): RoomEvent => ({
  ...{ room: 'r', epoch: 1, seq, id: `e${seq}`, at: seq, type: 'room.opened', data: {} },
  actor: { id: 'system', name: 'AuraLink', kind: 'system' },
})

test('answers as the whole log would, or not at all', () => {
  fc.assert(
    fc.property(
      fc.record({
        capacity: fc.integer({ min: 1, max: 8 }),
        before: fc.nat(12),
        pushed: fc.nat(30),
      }),
      fc.nat(45),
      fc.integer({ min: 1, max: 50 }),
      ({ capacity, before, pushed }, after, limit) => {
        const log = Array.from({ length: before }, (_, i) => event(i + 1))
        const ring = createRing(capacity, log)
        for (let i = 0; i < pushed; i++) {
          const next = event(log.length + 1)
          log.push(next)
          ring.push(next)
        }
        const answer = ring.after(after, limit)
        const whole = log.filter(({ seq }) => seq > after).slice(0, limit)
        if (answer) expect(answer).toEqual(whole)
        // What is within its capacity it knows.
        else expect(after).toBeLessThan(log.length - capacity)
      },
    ),
  )
})

test('keeps at most twice its capacity', () => {
  const ring = createRing(10, [])
  for (let seq = 1; seq <= 1000; seq++) ring.push(event(seq))
  expect(ring.after(979, 100)).toBeUndefined()
  expect(ring.after(990, 100)).toHaveLength(10)
})

test('puts another event in the place of one that it has, and of none else', () => {
  const ring = createRing(3, [event(4), event(5), event(6)])
  const erased: RoomEvent = { ...event(5), erased: true }
  ring.replace(erased)
  ring.replace({ ...event(1), erased: true })
  expect(ring.after(3, 10)).toEqual([event(4), erased, event(6)])
})
