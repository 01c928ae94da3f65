import { describe, expect, it } from 'vitest'
import type { CaseView } from '#protocol'
import { countStrikes, ladder, STRIKE_DECAY_MS, spareModerator } from './ladder.ts'

const NOW = 10_000_000
const past = (changes: Partial<CaseView> = {}): CaseView => ({
  case: 'c',
  room: 'r',
  status: 'acted',
  target: 'm',
  target_name: 'M',
  action: 'warn',
  minutes: null,
  until: null,
  reason: '',
  by: 'policy',
  stage: 'rules',
  categories: ['harassment'],
  scores: {},
  evidence: [1],
  opened_at: NOW - 60_000,
  decided_at: null,
  decided_by: null,
  note: null,
  ...changes,
})
const high = { categories: ['harassment'], severity: 'high' as const }
const grave = { categories: ['threat'], severity: 'grave' as const }

it('warns, mutes for 5 minutes, removes for 60', () => {
  const at = (strikes: number) => ladder(high, Array(strikes).fill(past()), NOW)
  expect(at(0)).toMatchObject({ action: 'warn' })
  expect(at(1)).toMatchObject({ action: 'mute', minutes: 5 })
  expect(at(2)).toMatchObject({ action: 'remove', minutes: 60 })
  expect(at(9)).toMatchObject({ action: 'remove', minutes: 60 })
})

it('skips the warning for what is grave', () => {
  expect(ladder(grave, [], NOW)).toMatchObject({ action: 'mute' })
  expect(ladder(grave, [past()], NOW)).toMatchObject({ action: 'remove' })
})

it('warns of personal data however often, and leaves who speaks of harming themselves to people', () => {
  const slip = { categories: ['personal_data'], severity: 'low' as const }
  expect(ladder(slip, [past(), past(), past()], NOW)).toEqual({ action: 'warn' })
  expect(ladder({ categories: ['self_harm'], severity: 'low' }, [], NOW)).toBeNull()
  const both = { categories: ['personal_data', 'harassment'], severity: 'high' as const }
  expect(ladder(both, [past()], NOW)).toMatchObject({ action: 'mute' })
})

it('mutes moderators at most', () => {
  expect(spareModerator(ladder(high, [], NOW))).toMatchObject({ action: 'warn' })
  expect(spareModerator(ladder(grave, [past()], NOW))).toEqual({ action: 'mute', minutes: 5 })
  expect(spareModerator(null)).toBeNull()
})

describe('a strike', () => {
  it.each([
    ['acted', {}, 1],
    ['approved', { status: 'approved' }, 1],
    ['undone', { status: 'undone' }, 0],
    ['rejected', { status: 'rejected' }, 0],
    ['expired', { status: 'expired' }, 0],
    ['just young enough', { opened_at: NOW - STRIKE_DECAY_MS + 1 }, 1],
    ['too old', { opened_at: NOW - STRIKE_DECAY_MS }, 0],
    ['a slip', { categories: ['personal_data'] }, 0],
    ["a moderator's own", { by: 'bob', categories: [] }, 1],
  ] as [string, Partial<CaseView>, number][])('%s counts as it should', (_, changes, strikes) => {
    expect(countStrikes([past(changes)], NOW)).toBe(strikes)
  })
})
