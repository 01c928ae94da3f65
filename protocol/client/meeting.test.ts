import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { beginnings, Meeting, speakingTime } from './meeting.ts'

const sample = Meeting.parse(
  JSON.parse(readFileSync(new URL('sample-meeting.json', import.meta.url), 'utf8')),
)

test('speech is 150 words a minute', () => {
  expect(speakingTime(' one two\n three ')).toBe(1_200)
  expect(speakingTime('   ')).toBe(0)
})

test('only long turns are heard in parts, each a beginning of the whole', () => {
  expect(beginnings('short and sweet')).toEqual([])
  const long = Array.from({ length: 40 }, (_, i) => `w${i}`).join(' ')
  const parts = beginnings(long)
  expect(parts.map((part) => part.split(' ').length)).toEqual([13, 26])
  for (const part of parts) expect(long.startsWith(part)).toBe(true)
})

test('what is no meeting is refused', () => {
  expect(Meeting.safeParse({ turns: [] }).success).toBe(false)
  expect(Meeting.safeParse({ turns: [{ speaker: 'A' }] }).success).toBe(false)
})

test('the sample is whole: everyone named speaks, everything points at turns that are there', () => {
  const speakers = new Set(sample.turns.map((turn) => turn.speaker))
  expect(new Set(sample.speakers.map(({ name }) => name))).toEqual(speakers)
  for (const { name, joins = 0 } of sample.speakers) {
    const first = sample.turns.findIndex((turn) => turn.speaker === name)
    expect(joins).toBeLessThanOrEqual(first)
  }
  for (const { after, evidence } of sample.asks)
    for (const turn of [after, ...evidence]) expect(sample.turns[turn]).toBeDefined()
  for (const { evidence, after } of sample.asks)
    for (const turn of evidence) expect(turn).toBeLessThanOrEqual(after)
})
