import { expect, test } from 'vitest'
import type { Principal, RoomEvent } from '#protocol'
import { createLocalBus, type Room } from '#rooms'
import { createActivity } from './activity.ts'
import { createLog } from './log.ts'

const WATCHER: Principal = { userId: 'w', role: 'user', expiresAt: Number.POSITIVE_INFINITY }

test('what was said counts for a minute, whoever asks how often; agents do not count', () => {
  const time = { now: 7_200_001 }
  const bus = createLocalBus({ log: createLog('silent') })
  const activity = createActivity({ bus, agents: { heat: () => 0.25 }, clock: () => time.now })
  const room = {
    id: 'r',
    rightsOf: () => ['watch'],
    agents: () => [{ id: 'a', name: 'Aura', workflow: 'qa', state: 'idle' }],
  } as unknown as Room
  const said = (kind: 'person' | 'agent') =>
    bus.publish({
      kind: 'events',
      room,
      events: [{ type: 'chat.message', actor: { id: 'x', name: 'X', kind } } as RoomEvent],
    })
  const rate = () => activity.of(room, WATCHER)?.turns_per_minute

  expect(activity.of(room, WATCHER)).toEqual({
    agents: [{ workflow: 'qa', state: 'idle' }],
    heat: 0.25,
    turns_per_minute: 0,
  })
  said('person')
  said('person')
  said('agent')
  time.now += 30_000
  said('person')
  expect(rate()).toBe(3)
  time.now += 25_000
  expect(rate()).toBe(3)
  time.now += 10_000
  expect(rate()).toBe(1)
  time.now += 600_000
  expect(rate()).toBe(0)
  said('person')
  expect(rate()).toBe(1)
  bus.publish({ kind: 'released', room })
  expect(rate()).toBe(0)
})
