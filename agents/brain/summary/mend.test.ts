import { describe, expect, it } from 'vitest'
import { turnsOf } from '../fixture.ts'
import { emptySummary, renderSummary, updateSummary } from './index.ts'
import { mended } from './mend.ts'

describe('a sentence that corrects itself', () => {
  it.each([
    ["I'll send it on Monday, no wait, on Tuesday.", "I'll send it on Tuesday."],
    ["I'll send it by Monday, sorry, Tuesday.", "I'll send it by Tuesday."],
    ['We launch on May 3rd, or rather May 10th.', 'We launch on May 10th.'],
    ['Ben, I mean Lena, will book the hall.', 'Lena will book the hall.'],
    ['Ben will, sorry, Lena will book the hall.', 'Lena will book the hall.'],
    ['It costs four hundred, no, five hundred euros.', 'It costs five hundred euros.'],
  ])('%s', (said, meant) => expect(mended(said)).toBe(meant))

  it.each([
    'I am sorry, I cannot come on Monday.',
    'There is no hall on Monday.',
    'We meet on Monday, and no, I will not be late.',
    'I mean, Ben will book the hall.',
  ])('leaves as it is: %s', (said) => expect(mended(said)).toBe(said))

  it('counts as it was meant: by whom, by when', () => {
    const turns = turnsOf([
      "Ana: I'll send the report on Monday, no wait, on Tuesday.",
      "Ana: I'll call the printer. Actually no, Ben will call the printer.",
      'Ben: Fine.',
      "Ana: Let's use Slack. No, scratch that, let's use Teams.",
      'Ben: OK.',
    ])
    const { action_items, decisions } = renderSummary(updateSummary(emptySummary(), turns))
    expect(action_items.map(({ who, text }) => [who, text])).toEqual([
      ['Ana', 'Ana will send the report on Tuesday'],
      ['Ben', 'Ben will call the printer'],
    ])
    expect(decisions.map(({ text }) => text)).toEqual(["Let's use Teams."])
  })
})
