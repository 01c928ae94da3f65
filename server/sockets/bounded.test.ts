import { expect, test } from 'vitest'
import type { CaseView } from '#protocol'
import { bounded, boundedCases } from './bounded.ts'

function caseAt(opened_at: number, rest: Partial<CaseView> = {}): CaseView {
  return {
    ...{ case: `c${opened_at}`, room: 'r', status: 'acted', target: 't', target_name: 'T' },
    ...{ action: 'warn', minutes: null, until: null, reason: '', by: 'policy', stage: 'rules' },
    ...{ categories: [], scores: {}, evidence: [], opened_at },
    ...{ decided_at: null, decided_by: null, note: null, gravity: 'high' },
    ...{ expires_at: null, on_expiry: null, claimed_by: null },
    ...rest,
  }
}

test('of many cases the open ones and the newest are told', () => {
  const cases = Array.from({ length: 1000 }, (_, i) => caseAt(i))
  const told = boundedCases([...cases, caseAt(-1, { status: 'open' })])
  expect(told).toHaveLength(100)
  expect(told.map((view) => view.opened_at)).toEqual([
    -1,
    ...Array.from({ length: 99 }, (_, i) => 999 - i),
  ])
})

test('of many open cases the gravest are told, and of these what waits longest', () => {
  const low = Array.from({ length: 150 }, (_, i) => caseAt(i, { status: 'open', gravity: 'low' }))
  const grave = [caseAt(200, { status: 'open', gravity: 'grave' })]
  const told = boundedCases([caseAt(300), ...low, ...grave])
  expect(told.map((view) => view.opened_at)).toEqual([
    200,
    ...Array.from({ length: 99 }, (_, i) => i),
  ])
})

test('long cases are fewer, and one is told however long it is', () => {
  const long = (i: number) => caseAt(i, { reason: '\u20ac'.repeat(1000) })
  const told = boundedCases(Array.from({ length: 100 }, (_, i) => long(i)))
  expect(Buffer.byteLength(JSON.stringify(told))).toBeLessThan(130 * 1024)
  expect(told.length).toBeGreaterThan(20)
  expect(boundedCases([caseAt(1, { reason: 'x'.repeat(200_000) })])).toHaveLength(1)
})

test('an answer is cut where its events get too long, and says so', () => {
  const events = Array.from({ length: 40 }, (_, seq) => ({ seq, text: 'x'.repeat(16_000) }))
  const cut = bounded({ events })
  expect(cut.more).toBe(true)
  expect(cut.events).toEqual(events.slice(0, 16))
  expect(bounded({ events: events.slice(0, 3) })).toEqual({ events: events.slice(0, 3) })
})
