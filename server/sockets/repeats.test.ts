import { expect, test } from 'vitest'
import { createRepeats } from './repeats.ts'

const history = (id?: string, room = 'r') => ({ room, after: 0, limit: 1, ...(id ? { id } : {}) })

test('an id is known by user, command and room, for ten minutes', () => {
  let now = 0
  const repeats = createRepeats(() => now)
  const ask = (user: string, command: ReturnType<typeof history>) =>
    repeats.isRepeat(user, 'room.history', command)
  expect(ask('ada', history('1'))).toBe(false)
  expect(ask('ada', history('1'))).toBe(true)
  expect(ask('bob', history('1'))).toBe(false)
  expect(ask('ada', history('2'))).toBe(false)
  expect(ask('ada', history('1', 'other'))).toBe(false)
  expect(repeats.isRepeat('ada', 'room.leave', { room: 'r', id: '1' })).toBe(false)
  now = 599_999
  expect(ask('ada', history('1'))).toBe(true)
  now = 600_000
  expect(ask('ada', history('1'))).toBe(false)
  expect(repeats.size).toBe(1)
})

test('commands without an id are never repeats, and cost nothing', () => {
  const repeats = createRepeats(() => 0)
  for (let i = 0; i < 3; i++) expect(repeats.isRepeat('ada', 'room.history', history())).toBe(false)
  expect(repeats.size).toBe(0)
})
