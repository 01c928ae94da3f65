import { describe, expect, it } from 'vitest'
import { timeCue, turnsIn, withoutTime } from './time.ts'
import type { Turn } from './turn.ts'

/** Turns a minute apart; `said` in the place of one of them, `silence` minutes before another. */
function minutes(
  count: number,
  said: Record<number, string> = {},
  silence: Record<number, number> = {},
) {
  let at = 0
  return Array.from({ length: count }, (_, i): Turn => {
    at += 60_000 * (1 + (silence[i] ?? 0))
    return { seq: i + 1, at, speaker: { id: 'a', name: 'A' }, text: said[i] ?? 'And so on.' }
  })
}

describe('a time cue', () => {
  it.each([
    ['What was said in the last ten minutes?', { kind: 'last', ms: 600_000 }],
    ['What happened over the past half hour?', { kind: 'last', ms: 1_800_000 }],
    ['What did we do in the last half an hour?', { kind: 'last', ms: 1_800_000 }],
    ['What did Ana say the last few minutes?', { kind: 'last', ms: 300_000 }],
    ['In the last couple of minutes, who spoke?', { kind: 'last', ms: 120_000 }],
    ['What was said in the past hour?', { kind: 'last', ms: 3_600_000 }],
    ['What came up in the first 15 minutes?', { kind: 'first', ms: 900_000 }],
    ['What were we saying about ten minutes ago?', { kind: 'ago', ms: 600_000 }],
    ['What did Ana say after the break?', { kind: 'after break' }],
    ['What was decided since the coffee break?', { kind: 'after break' }],
    ['What did Ana say before lunch?', { kind: 'before break' }],
    ['What was agreed at the end?', { kind: 'end' }],
    ['What did they say at the very start of it?', { kind: 'start' }],
    ['What did Bob just say?', { kind: 'recent' }],
    ['What about the last minute changes?', undefined],
    ['What is the first hour rate?', undefined],
    ['What did Ana say about the brakes?', undefined],
  ])('%s', (question, expected) => expect(timeCue(question)).toEqual(expected))

  it('is no part of what is asked about', () => {
    expect(withoutTime('What about the budget in the last ten minutes?')).toBe(
      'What about the budget  ?',
    )
  })
})

describe('the turns that a cue points at', () => {
  it.each([
    ['the last ten minutes', { kind: 'last', ms: 600_000 } as const, [29, 40]],
    ['the first five', { kind: 'first', ms: 300_000 } as const, [0, 5]],
    ['about ten minutes ago', { kind: 'ago', ms: 600_000 } as const, [26, 32]],
    ['the start', { kind: 'start' } as const, [0, 8]],
    ['the end', { kind: 'end' } as const, [32, 40]],
    ['a break that nobody took', { kind: 'after break' } as const, [0, 0]],
  ])('%s', (_, time, range) => expect(turnsIn(minutes(40), time)).toEqual(range))

  it.each([
    ["Let's take a short break.", 20, 21],
    ['We will have a ten minute coffee break now.', 20, 21],
    ['Welcome back, everyone.', 20, 20],
  ])('knows a break by what is said: %s', (text, at, first) => {
    const turns = minutes(40, { [at]: text })
    expect(turnsIn(turns, { kind: 'after break' })).toEqual([first, 40])
    expect(turnsIn(turns, { kind: 'before break' })).toEqual([0, first])
  })

  it('knows a break by its silence, and means the last one', () => {
    const turns = minutes(40, { 5: "Let's take a break." }, { 20: 10 })
    expect(turnsIn(turns, { kind: 'after break' })).toEqual([20, 40])
  })

  it('finds nothing in an empty room', () => {
    expect(turnsIn([], { kind: 'last', ms: 1 })).toEqual([0, 0])
    expect(turnsIn([], { kind: 'after break' })).toEqual([0, 0])
  })
})
