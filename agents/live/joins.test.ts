import { expect, it } from 'vitest'
import type { RoomEventOf } from '#protocol'
import type { Joiner } from '../graphs/auto_join.ts'
import { createFakeClock } from './fake-clock.ts'
import { createJoins } from './joins.ts'

function setUp() {
  const clock = createFakeClock(1_000_000)
  const greeted: Joiner[][] = []
  const joins = createJoins({
    clock,
    delayMs: 1_000,
    departures: new Map(),
    greet: (joiners) => greeted.push(joiners),
  })
  let seq = 0
  const base = (id: string) => ({
    room: 'r',
    epoch: 1,
    seq: ++seq,
    id: `e${seq}`,
    at: clock.now(),
    actor: { id, name: id.toUpperCase(), kind: 'person' as const },
  })
  return {
    clock,
    greeted,
    joins,
    comes: (id: string) =>
      joins.joined({ ...base(id), type: 'participant.joined', data: { media: 'local' } }),
    goes: (id: string, reason: RoomEventOf<'participant.left'>['data']['reason']) =>
      joins.left({ ...base(id), type: 'participant.left', data: { reason } }),
  }
}

it('greets together who comes within a second', () => {
  const t = setUp()
  t.comes('a')
  t.clock.pass(600)
  t.comes('b')
  t.clock.pass(400)
  t.comes('c')
  t.clock.pass(1_000)
  expect(t.greeted.map((joiners) => joiners.map((j) => j.id))).toEqual([['a', 'b'], ['c']])
})

it('does not greet who has gone again', () => {
  const t = setUp()
  t.comes('a')
  t.goes('a', 'left')
  t.clock.pass(5_000)
  expect(t.greeted).toEqual([])
})

it('knows where a returning person left, and ignores a short cut', () => {
  const t = setUp()
  t.comes('a')
  t.clock.pass(1_000)
  t.goes('a', 'lost')
  t.clock.pass(30_000)
  t.comes('a')
  t.clock.pass(1_000)
  expect(t.greeted).toHaveLength(1)
  t.goes('a', 'left')
  t.comes('a')
  t.clock.pass(1_000)
  expect(t.greeted[1]).toMatchObject([{ id: 'a', leftAt: 4 }])
})
