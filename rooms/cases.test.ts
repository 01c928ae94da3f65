import { expect, test } from 'vitest'
import type { CaseView } from '#protocol'
import { CASES_KEPT, createCases } from './cases.ts'

const view = (n: number, status: CaseView['status'] = 'acted'): CaseView => ({
  ...{ case: `c${n}`, room: 'r', status, target: n % 2 ? 'ann' : 'ben', target_name: 'x' },
  ...{ action: 'warn', minutes: null, until: null, reason: '', by: 'policy', stage: 'rules' },
  ...{ categories: [], scores: {}, evidence: [], opened_at: n },
  ...{ decided_at: null, decided_by: null, note: null, gravity: 'high' },
  ...{ expires_at: null, on_expiry: null, claimed_by: null },
})

test('are read newest first, changed in their place', () => {
  const cases = createCases([view(1), view(2)])
  cases.put(view(3))
  cases.put(view(1, 'undone'))
  expect(cases.all().map((one) => one.case)).toEqual(['c3', 'c2', 'c1'])
  expect(cases.about('ann').map(({ status }) => status)).toEqual(['acted', 'undone'])
})

test('only the newest stay in memory; an older one that changes does not come back', () => {
  const cases = createCases()
  for (let n = 1; n <= CASES_KEPT + 5; n++) cases.put(view(n))
  cases.put(view(2, 'undone'))
  expect(cases.all()).toHaveLength(CASES_KEPT)
  expect(cases.get('c2')).toBeUndefined()
  expect(cases.all().at(-1)?.case).toBe('c6')
})
