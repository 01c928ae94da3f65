import { describe, expect, test } from 'vitest'
import { commands } from './commands.ts'
import { allows, RoomGrants } from './principal.ts'

describe('commands', () => {
  test('have defaults where the contract names them', () => {
    expect(commands['room.join'].parse({ room: 'r' })).toEqual({ room: 'r', as: 'participant' })
    expect(commands['room.history'].parse({ room: 'r', after: 0 })).toMatchObject({ limit: 500 })
    const question = { room: 'r', question: 'what?' }
    expect(commands['agent.ask'].parse(question)).toMatchObject({ private: false })
    const act = { room: 'r', target: 'x', action: 'warn' }
    expect(commands['moderation.act'].parse(act)).toMatchObject({ reason: '' })
  })

  test('ignore fields that they do not know', () => {
    const parsed = commands['chat.send'].parse({ room: 'r', text: 'x', colour: 'red' })
    expect(parsed).toEqual({ room: 'r', text: 'x' })
  })

  test.each([
    ['room.join', { room: 'r', as: 'ghost' }],
    ['room.join', { room: 'r', since: { epoch: 1, seq: -1 } }],
    ['room.join', { room: 'r', since: { epoch: 1, seq: 1.5 } }],
    ['room.join', { room: 'r', since: { epoch: 1, seq: 2 ** 53 } }],
    ['room.join', { room: 7 }],
    ['room.history', { room: 'r', after: 0, limit: 501 }],
    ['room.history', { room: 'r', after: 0, limit: 0 }],
    ['room.history', { room: 'r', after: Number.NaN }],
    ['caption.push', { room: 'r', segment: '', text: 'x', final: true }],
    ['caption.push', { room: 'r', segment: 's', text: 'x', final: 'yes' }],
    ['chat.send', { room: 'r', text: 'x', id: 'i'.repeat(65) }],
    ['moderation.act', { room: 'r', target: 'x', action: 'ban' }],
    ['moderation.act', { room: 'r', target: 'x', action: 'mute', minutes: 0 }],
    ['moderation.act', { room: 'r', target: 'x', action: 'mute', minutes: -1 }],
    ['moderation.act', { room: 'r', target: 'x', action: 'mute', minutes: Infinity }],
    ['moderation.act', { room: 'r', target: 'x', action: 'mute', minutes: 525_601 }],
    ['moderation.review', { case: 'c', decision: 'maybe' }],
  ] as const)('%s refuses %j', (name, payload) => {
    expect(commands[name].safeParse(payload).success).toBe(false)
  })
})

describe('rights', () => {
  test('moderate includes join, join includes watch', () => {
    const may = (...rights: Parameters<typeof allows>[0]) =>
      (['watch', 'join', 'moderate'] as const).map((wanted) => allows(rights, wanted))
    expect(may()).toEqual([false, false, false])
    expect(may('watch')).toEqual([true, false, false])
    expect(may('join')).toEqual([true, true, false])
    expect(may('moderate')).toEqual([true, true, true])
  })

  test('grants of a token are rights by room name, or no grants at all', () => {
    expect(RoomGrants.parse({ a: ['join', 'watch'], b: [] })).toEqual({
      a: ['join', 'watch'],
      b: [],
    })
    for (const wrong of [{ a: ['own'] }, { a: 'join' }, { 'a\nb': ['join'] }, { '': ['join'] }, []])
      expect(RoomGrants.safeParse(wrong).success).toBe(false)
  })
})
