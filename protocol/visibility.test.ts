import { describe, expect, test } from 'vitest'
import type { RoomEvent } from './events.ts'
import { isPublic, render, type View, visible } from './visibility.ts'

const base = {
  room: 'r',
  epoch: 7,
  seq: 3,
  id: 'e',
  at: 5,
  actor: { id: 'ann', name: 'Ann', kind: 'person' as const },
}
const chat: RoomEvent = { ...base, type: 'chat.message', data: { text: 'secret' } }
const acted: RoomEvent = {
  ...base,
  type: 'moderation.acted',
  data: { case: 'c', target: 'ben', action: 'mute', minutes: 5, until: 9, reason: 'r', by: 'ann' },
}
const flagged: RoomEvent = {
  ...base,
  type: 'moderation.flagged',
  data: { case: 'c', target: 'ben', categories: [], scores: {}, evidence: [], stage: 's' },
}
const reviewed: RoomEvent = {
  ...base,
  type: 'moderation.reviewed',
  data: { case: 'c', decision: 'undo' },
}

/** For the author, the addressee or target, somebody else, and a moderator. */
function views(event: RoomEvent, moderatorsSeePrivate = false): View[] {
  const settings = { moderatorsSeePrivate }
  return ['ann', 'ben', 'cat', 'mod'].map((userId) =>
    visible(event, { userId, moderates: userId === 'mod' }, settings),
  )
}

describe('visibility', () => {
  test('what is said to all is for all', () => {
    expect(views(chat)).toEqual(['full', 'full', 'full', 'full'])
    expect(isPublic(chat)).toBe(true)
  })

  test('what is said to one is for both, and for moderators where the room says so', () => {
    const whisper = { ...chat, to: 'ben' }
    expect(views(whisper)).toEqual(['full', 'full', 'hidden', 'hidden'])
    expect(views(whisper, true)).toEqual(['full', 'full', 'hidden', 'full'])
    expect(isPublic(whisper)).toBe(false)
  })

  test('flags and reviews are for moderators, not for the target, not for the author', () => {
    for (const event of [flagged, reviewed]) {
      expect(views(event)).toEqual(['hidden', 'hidden', 'hidden', 'full'])
      expect(isPublic(event)).toBe(false)
    }
  })

  test('an action is whole for moderators and its target, and reduced for the others', () => {
    expect(views(acted)).toEqual(['reduced', 'full', 'reduced', 'full'])
    expect(isPublic(acted)).toBe(false)
  })

  test('what was erased is erased for all, whatever it was', () => {
    for (const event of [chat, { ...chat, to: 'ben' }, acted, flagged]) {
      expect(views({ ...event, erased: true }, true)).toEqual(Array(4).fill('erased'))
      expect(isPublic({ ...event, erased: true })).toBe(false)
    }
  })
})

describe('rendering', () => {
  test('whole it is the event itself', () => {
    expect(render(chat, 'full')).toBe(chat)
  })

  test('hidden and erased keep the place and nothing else', () => {
    const place = { room: 'r', epoch: 7, seq: 3, at: 5 }
    expect(render({ ...chat, to: 'ben' }, 'hidden')).toEqual({ ...place, type: 'hidden' })
    expect(render({ ...chat, erased: true }, 'erased')).toEqual({ ...place, type: 'erased' })
  })

  test('reduced says who and what, and changes nothing in place', () => {
    expect(render(acted, 'reduced')).toEqual({ ...acted, data: { target: 'ben', action: 'mute' } })
    expect(acted.data).toHaveProperty('reason')
  })
})
