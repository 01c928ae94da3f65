import { expect, test } from 'vitest'
import { Minutes, type RoomEvent, type Summary } from '#protocol'
import { minutesOf, toMarkdown } from './minutes.ts'

const OPENED = Date.UTC(2026, 9, 14, 9, 30)

function event(seq: number, type: string, data: object = {}, name = 'Ada'): RoomEvent {
  const actor = { id: name.toLowerCase(), name, kind: name === 'Aura' ? 'agent' : 'person' }
  const at = OPENED + seq * 1000
  return { room: 'r', epoch: 1, seq, id: `e${seq}`, at, type, actor, data } as RoomEvent
}
const said = (seq: number, text: string, name = 'Ada') =>
  event(seq, 'transcript.final', { segment: `s${seq}`, text, source: 'caption' }, name)

const summary: Summary = {
  version: 2,
  upto: 5,
  key_points: [{ text: 'The bug loses edits.', evidence: [3] }],
  decisions: [{ text: 'Launch on the fourteenth.', evidence: [3, 99] }],
  action_items: [{ text: 'fix the bug', who: 'Bob', due: 'Wednesday', evidence: [4] }],
  topics: [],
}
const events = [
  event(1, 'room.opened', {}, 'Aura'),
  event(2, 'participant.joined', { media: 'local' }, 'Cy'),
  said(3, 'We launch on the fourteenth'),
  said(4, '1. <b>I will</b> fix it\n# now', 'Bob'),
  event(5, 'summary.updated', { ...summary, version: 1, decisions: [] }, 'Aura'),
  event(6, 'summary.updated', summary, 'Aura'),
]

test('minutes hold the newest summary, everyone who was there, and every turn', () => {
  const minutes = minutesOf('r', events)
  expect(Minutes.parse(minutes)).toEqual(minutes)
  expect(minutes).toMatchObject({ opened_at: OPENED + 1000, closed_at: null, summary })
  expect(minutes.participants).toEqual([
    { id: 'cy', name: 'Cy', turns: 0, words: 0 },
    { id: 'ada', name: 'Ada', turns: 1, words: 5 },
    { id: 'bob', name: 'Bob', turns: 1, words: 7 },
  ])
  expect(minutes.transcript.map(({ seq }) => seq)).toEqual([3, 4])
})

test('a room that was closed and opened again is open, since its first opening', () => {
  const closed = [...events, event(7, 'room.closed', { reason: 'closed' })]
  expect(minutesOf('r', closed)).toMatchObject({ closed_at: OPENED + 7000 })
  const again = [...closed, event(8, 'room.opened')]
  expect(minutesOf('r', again)).toMatchObject({ opened_at: OPENED + 1000, closed_at: null })
})

test('Markdown: points link to their turns, and what has no turn is not linked', () => {
  const text = toMarkdown(minutesOf('r', events), events)
  expect(text).toContain('2026-10-14 09:30 UTC – still open')
  expect(text).toContain('- Launch on the fourteenth. — [00:00:00](#turn-3)\n')
  expect(text).toContain('- [ ] **Bob:** fix the bug (due: Wednesday) — [00:00:00](#turn-4)\n')
  expect(text).toContain('<a id="turn-3"></a>')
  expect(text).not.toContain('#turn-99')
  expect(text).not.toContain('## Topics')
  expect(text).toContain('- Cy (listened)')
})

test('Markdown: what people say is never markup', () => {
  const text = toMarkdown(minutesOf('*r* <i>', events), events)
  expect(text).toContain('**Bob:** 1\\. \\<b\\>I will\\</b\\> fix it \\# now')
  expect(text).toMatch(/^# \\\*r\\\* \\<i\\>\n/)
  const link = toMarkdown(minutesOf('r', [said(1, '[x](javascript:1) ![](//evil)')]), [
    said(1, '[x](javascript:1) ![](//evil)'),
  ])
  expect(link).toContain('\\[x\\](javascript:1) \\!\\[\\](//evil)')
})

test('nothing said is said', () => {
  const text = toMarkdown(minutesOf('r', []), [])
  expect(text).toBe('# r\n\nNot opened yet.\n\n## Transcript\n\nNothing was said.\n')
})
