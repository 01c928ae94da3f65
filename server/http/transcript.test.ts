import { expect, test } from 'vitest'
import type { RoomEvent } from '#protocol'
import { timeTurns, toText, toVtt } from './transcript.ts'

const OPENED = 1_000_000

function event(seq: number, at: number, type: string, data: object, name = 'Ada'): RoomEvent {
  const actor = { id: name.toLowerCase(), name, kind: 'person' }
  return { room: 'r', epoch: 1, seq, id: `e${seq}`, at, type, actor, data } as RoomEvent
}
const final = (seq: number, at: number, text: string, times = {}, name = 'Ada') =>
  event(
    seq,
    at,
    'transcript.final',
    { segment: `s${seq}`, text, source: 'caption', ...times },
    name,
  )
const opened = (seq: number, at: number) => event(seq, at, 'room.opened', {})

test('each turn is a line with its time since the opening', () => {
  const turns = timeTurns([
    opened(1, OPENED),
    final(2, OPENED + 5000, 'Hello there', { start_ms: 3000, end_ms: 5000 }),
    final(3, OPENED + 3_725_400, 'one word', {}, 'Bob'),
  ])
  expect(toText(turns)).toBe('[00:00:03] Ada: Hello there\n[01:02:04] Bob: one word\n')
})

test('WebVTT escapes what is said and who says it', () => {
  const turns = timeTurns([
    opened(1, OPENED),
    final(2, OPENED + 5000, 'a --> b\n\nNOTE & <i>', { start_ms: 1, end_ms: 2000 }, 'A > <B>\n'),
  ])
  expect(toVtt(turns)).toBe(
    'WEBVTT\n\n2\n00:00:00.001 --> 00:00:02.000\n' +
      '<v A &gt; &lt;B&gt;>a --&gt; b NOTE &amp; &lt;i&gt;\n',
  )
})

test('no name or turn turns the direction of what follows it', () => {
  const turns = timeTurns([
    opened(1, OPENED),
    final(2, OPENED, 'said \u202eyzal\u2067', {}, '\u202eBob\u200f'),
  ])
  expect(toText(turns)).toBe('[00:00:00] Bob\u200f: said yzal\n')
  expect(toVtt(turns)).toContain('<v Bob\u200f>said yzal\n')
})

test('times never go back, whatever clients tell', () => {
  const turns = timeTurns([
    opened(1, OPENED),
    final(2, OPENED + 10_000, 'late', { start_ms: 9000, end_ms: 9500 }),
    final(3, OPENED + 11_000, 'earlier', { start_ms: 2000, end_ms: 3000 }),
    final(4, OPENED + 12_000, 'nonsense', { start_ms: Number.MAX_SAFE_INTEGER }),
    final(5, OPENED + 13_000, 'reversed', { start_ms: 12_500, end_ms: 1 }),
  ])
  expect(turns.map((turn) => turn.from)).toEqual([9000, 9000, 11_600, 12_500])
  for (const turn of turns) expect(turn.to).toBeGreaterThan(turn.from)
})

test('after a reopening the record goes on', () => {
  const turns = timeTurns([
    opened(1, OPENED),
    final(2, OPENED + 1000, 'first', { start_ms: 500 }),
    opened(3, OPENED + 60_000),
    final(4, OPENED + 61_000, 'second', { start_ms: 500 }),
  ])
  expect(turns.map((turn) => turn.from)).toEqual([500, 60_500])
})

test('nothing said is an empty record', () => {
  expect(toText([])).toBe('')
  expect(toVtt([])).toBe('WEBVTT\n')
})
