import { expect, test } from 'vitest'
import type { EventDraft, RoomEvent } from '#protocol'
import { createParticipants } from './participants.ts'

const event = (draft: Omit<EventDraft, 'actor'>, id = 'ann', name = 'Ann') =>
  ({
    ...draft,
    actor: { id, name, kind: 'person' },
    room: 'r',
    epoch: 1,
    seq: 1,
    id,
    at: 1,
  }) as RoomEvent
const joined = { type: 'participant.joined', data: { media: 'local' } } as const

test('are those who came and did not go, with their latest name', () => {
  const participants = createParticipants()
  participants.apply(event(joined))
  participants.apply(event(joined, 'ben', 'Ben'))
  participants.apply(event({ type: 'participant.updated', data: { name: 'Anna' } }))
  participants.apply(event({ type: 'participant.left', data: { reason: 'left' } }, 'ben'))
  expect(participants.ids()).toEqual(['ann'])
  expect(participants.get('ann')?.name).toBe('Anna')
  expect(participants.views(() => undefined)).toEqual([
    { id: 'ann', name: 'Anna', kind: 'person', media: 'local', opted_out: false },
  ])
  expect(participants.views(() => null)).toMatchObject([{ muted_until: null }])
})

test('a room that opens or closes is empty; who opted out stays so', () => {
  for (const boundary of [
    { type: 'room.opened', data: {} },
    { type: 'room.closed', data: { reason: 'closed' } },
  ] as const) {
    const participants = createParticipants(['ben'])
    participants.apply(event(joined))
    participants.apply(event({ type: 'participant.updated', data: { opted_out: true } }))
    participants.apply(event(boundary))
    expect(participants.size()).toBe(0)
    participants.apply(event({ type: 'participant.updated', data: { opted_out: false } }, 'ben'))
    expect([participants.optedOut('ann'), participants.optedOut('ben')]).toEqual([true, false])
  }
})
