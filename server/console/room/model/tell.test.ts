import { expect, test } from 'vitest'
import type { RoomEvent } from '#protocol'
import { type Entry, entryOf } from './entry.ts'
import { eventAt, saidAt } from './fixture.ts'
import { announce, tellBlank, tellNote } from './tell.ts'

const nameOf = (id: string) => ({ bob: 'Bob', policy: 'the policy' })[id] ?? id

function told(type: RoomEvent['type'], data: object): string | undefined {
  const entry = entryOf(eventAt(1, type, data))
  return entry?.kind === 'note' ? tellNote(entry.note, nameOf) : undefined
}

test('what happened is said in one line', () => {
  expect(told('participant.joined', { media: 'local' })).toBe('Ana joined')
  expect(told('participant.left', { reason: 'lost' })).toBe('Ana lost the connection')
  expect(told('participant.left', { reason: 'removed' })).toBe('Ana was removed')
  expect(told('participant.updated', { opted_out: true })).toBe('Ana is no longer transcribed')
  expect(told('transcript.gap', { from_ms: 0, to_ms: 2400, reason: 'restart' })).toBe(
    '2 s of speech were not heard (restart)',
  )
  const acted = { target: 'bob', action: 'mute', minutes: 90, reason: 'insults', by: 'policy' }
  expect(told('moderation.acted', acted)).toBe('The policy muted Bob for 1 h 30 min: insults')
  expect(
    told('moderation.flagged', { target: 'bob', categories: ['personal_data'], evidence: [] }),
  ).toBe('Bob was flagged: personal data')
  expect(told('run.finished', { run: 'r', status: 'failed', error: 'provider_failed' })).toBe(
    'Ana could not finish: provider_failed',
  )
})

test('what only machines need to know is no entry', () => {
  for (const [type, data] of [
    ['run.started', { run: 'r', workflow: 'summarization' }],
    ['run.finished', { run: 'r', status: 'done' }],
    ['summary.updated', {}],
    ['participant.updated', { muted_until: 0 }],
  ] as const)
    expect(entryOf(eventAt(1, type, data))).toBeUndefined()
})

test('a question is an entry of who asked it', () => {
  const data = { run: 'r', workflow: 'qa', question: 'When?', asked_by: 'bob' }
  const entry = entryOf(eventAt(1, 'run.started', data, { to: 'bob' })) as Entry
  expect(entry).toMatchObject({ kind: 'asked', by: 'bob', text: 'When?', to: 'bob' })
  expect(announce(entry, nameOf)).toBe('Bob asks: When?')
})

test('words are read out with who says them, blanks are not', () => {
  expect(announce(entryOf(saidAt(1, 'Hello')) as Entry, nameOf)).toBe('Ana: Hello')
  const blank = { kind: 'blank', seq: 1, at: 1, why: 'hidden', count: 3 } as const
  expect(announce(blank, nameOf)).toBeUndefined()
  expect(tellBlank(blank)).toBe('3 entries private to others')
  expect(tellBlank({ why: 'erased', count: 1 })).toBe('Erased')
})
