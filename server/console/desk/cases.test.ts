import { expect, test } from 'vitest'
import type { CaseView } from '#protocol/client'
import { decided, isUndoable, sayAction, sayLeft, sayNews, waiting } from './cases.ts'

function one(id: string, some: Partial<CaseView>): CaseView {
  return {
    ...{ case: id, room: 'r', status: 'open', target: 'sam', target_name: 'Sam', action: 'mute' },
    ...{ minutes: 5, until: null, reason: '', by: 'policy', stage: 'rules', categories: [] },
    ...{ scores: {}, evidence: [], opened_at: 0, decided_at: null, decided_by: null, note: null },
    ...{ gravity: 'high', expires_at: 60, on_expiry: 'reject', claimed_by: null },
    ...some,
  }
}

test('the gravest case is first, and of equals the one that waits longest', () => {
  const cases = [
    one('new', { opened_at: 9 }),
    one('low', { opened_at: 1, gravity: 'low' }),
    one('old', { opened_at: 3 }),
    one('grave', { opened_at: 8, gravity: 'grave' }),
    one('done', { status: 'acted', gravity: 'grave' }),
    one('what the policy does about it follows', { expires_at: null }),
  ]
  expect(waiting(cases).map((c) => c.case)).toEqual(['grave', 'old', 'new', 'low'])
  expect(decided(cases).map((c) => c.case)).toEqual(['done'])
})

test('what holds can be undone, what is over or was never done cannot', () => {
  expect(isUndoable(one('a', { status: 'acted', until: 10 }), 9)).toBe(true)
  expect(isUndoable(one('a', { status: 'approved', until: null }), 9)).toBe(true)
  expect(isUndoable(one('a', { status: 'acted', until: 10 }), 10)).toBe(false)
  for (const status of ['open', 'rejected', 'undone', 'expired'] as const)
    expect(isUndoable(one('a', { status }), 0)).toBe(false)
})

test('news are told with the gravest first, and with how many wait in all', () => {
  const sam = one('a', { gravity: 'grave' })
  expect(sayNews([sam], 1)).toBe('New case: Sam, mute for 5 min is proposed, grave. 1 case waits.')
  expect(sayNews([sam, one('b', {})], 3)).toMatch(/^2 new cases\. Sam, .* 3 cases wait\.$/)
})

test('actions and spans as people say them', () => {
  expect(sayAction('mute', 90)).toBe('Mute for 1 h 30 min')
  expect(sayAction('remove', 120)).toBe('Remove for 2 h')
  expect(sayAction('mute', 0.1)).toBe('Mute for 6 s')
  expect(sayAction('remove', null)).toBe('Remove until undone')
  expect([64_001, 0, -9_000].map(sayLeft)).toEqual(['1:05', '0:00', '0:00'])
})
