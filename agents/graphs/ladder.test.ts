import { describe, expect, it } from 'vitest'
import { type CaseView, ModerationPolicy } from '#protocol'
import { actsAlone, countStrikes, ladder, lesser, spareModerator } from './ladder.ts'

const POLICY = ModerationPolicy.parse({})
const STRIKE_DECAY_MS = 30 * 60_000

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
  gravity: 'high',
  ...{ expires_at: null, on_expiry: null, claimed_by: null },
  ...changes,
})
const high = { categories: ['harassment'], severity: 'high' as const }
const grave = { categories: ['threat'], severity: 'grave' as const }

it('warns, mutes for 5 minutes, removes for 60', () => {
  const at = (strikes: number) => ladder(high, Array(strikes).fill(past()), NOW, POLICY)
  expect(at(0)).toMatchObject({ action: 'warn' })
  expect(at(1)).toMatchObject({ action: 'mute', minutes: 5 })
  expect(at(2)).toMatchObject({ action: 'remove', minutes: 60 })
  expect(at(9)).toMatchObject({ action: 'remove', minutes: 60 })
})

it('skips the warning for what is grave', () => {
  expect(ladder(grave, [], NOW, POLICY)).toMatchObject({ action: 'mute' })
  expect(ladder(grave, [past()], NOW, POLICY)).toMatchObject({ action: 'remove' })
})

it('warns of personal data however often, and leaves who speaks of harming themselves to people', () => {
  const slip = { categories: ['personal_data'], severity: 'low' as const }
  expect(ladder(slip, [past(), past(), past()], NOW, POLICY)).toEqual({ action: 'warn' })
  expect(ladder({ categories: ['self_harm'], severity: 'low' }, [], NOW, POLICY)).toBeNull()
  const both = { categories: ['personal_data', 'harassment'], severity: 'high' as const }
  expect(ladder(both, [past()], NOW, POLICY)).toMatchObject({ action: 'mute' })
})

it('mutes moderators at most', () => {
  expect(spareModerator(ladder(high, [], NOW, POLICY), POLICY)).toMatchObject({ action: 'warn' })
  expect(spareModerator(ladder(grave, [past()], NOW, POLICY), POLICY)).toEqual({
    action: 'mute',
    minutes: 5,
  })
  expect(spareModerator(null, POLICY)).toBeNull()
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
    expect(countStrikes([past(changes)], NOW, 30)).toBe(strikes)
  })
})

describe('a policy of the room', () => {
  const strict = ModerationPolicy.parse({
    ladder: [{ action: 'mute', minutes: 1 }, { action: 'mute', minutes: 2 }, { action: 'remove' }],
    grave: [{ action: 'remove', minutes: 9 }],
    strike_decay_minutes: 2,
    waits: ['remove'],
  })
  const at = (strikes: number) => ladder(high, Array(strikes).fill(past()), NOW, strict)

  it('has its own ladder, and foretells nothing that waits for a person', () => {
    expect(at(0)).toEqual({ action: 'mute', minutes: 1, next: 'you will be muted for 2 minutes' })
    expect(at(1)).toEqual({ action: 'mute', minutes: 2 })
    expect(at(7)).toEqual({ action: 'remove' })
    expect(ladder(grave, [], NOW, strict)).toEqual({ action: 'remove', minutes: 9 })
  })

  it('has its own decay of strikes', () => {
    const old = past({ opened_at: NOW - 120_000 })
    expect(ladder(high, [old], NOW, strict)).toMatchObject({ minutes: 1 })
  })

  it('knows the harshest step short of a removal, and what it may do alone', () => {
    expect(lesser(high, strict)).toMatchObject({ action: 'mute', minutes: 2 })
    expect(lesser(grave, strict)).toEqual({ action: 'warn' })
    expect(actsAlone({ action: 'mute' }, strict)).toBe(true)
    expect(actsAlone({ action: 'remove' }, strict)).toBe(false)
    expect(actsAlone({ action: 'mute' }, { ...strict, automatic: false })).toBe(false)
  })

  it('mutes a moderator as long as it mutes anyone', () => {
    expect(spareModerator({ action: 'remove' }, strict)).toEqual({ action: 'mute', minutes: 1 })
    const removing = { ladder: strict.grave, grave: strict.grave }
    expect(spareModerator({ action: 'remove' }, removing)).toEqual({ action: 'mute', minutes: 5 })
  })
})
