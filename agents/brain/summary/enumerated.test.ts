import { describe, expect, it } from 'vitest'
import { turnsOf } from '../fixture.ts'
import { enumerated } from './enumerated.ts'
import { emptySummary, renderSummary, updateSummary } from './index.ts'

const summarize = (...lines: string[]) =>
  renderSummary(updateSummary(emptySummary(), turnsOf(lines)))

describe('a turn that numbers several things', () => {
  it.each([
    [
      'Two things. 1. Ana sends it. 2. Bob reads it.',
      ['Two things.', 'Ana sends it.', 'Bob reads it.'],
    ],
    ['1) send it, 2) read it, and 3) sign it', ['Send it', 'Read it', 'Sign it']],
    [
      'Okay: first, send it; second, read it; and finally, sign it.',
      ['Okay:', 'Send it', 'Read it', 'Sign it.'],
    ],
    ['Number one: send it. Number two: read it.', ['Send it.', 'Read it.']],
    [
      'Action items: (1) Ana to send it; (2) Bob to read it',
      ['Action item: Ana to send it', 'Action item: Bob to read it'],
    ],
  ])('%s', (text, parts) => expect(enumerated(text)).toEqual(parts))

  it.each([
    'First, we send it.',
    'It costs 1.50 for one, 2.50 for two.',
    'There is one, and two more, in the box.',
    'Second, first, third.',
    'Version 2. 1. is old.',
  ])('leaves as it is: %s', (text) => expect(enumerated(text)).toEqual([text]))

  it('gives out each of its items, with who and by when', () => {
    const { action_items } = summarize(
      'Maya: Hello.',
      'Ben: Hi.',
      "Lea: Three things before we close: one, Ben will send the contract to the printer by Friday; two, Maya, please book the hall; and three, I'll call the insurance tomorrow.",
    )
    expect(action_items).toEqual([
      {
        text: 'Ben will send the contract to the printer by Friday',
        who: 'Ben',
        due: 'Friday',
        evidence: [3],
      },
      { text: 'Maya will book the hall', who: 'Maya', evidence: [3] },
      { text: 'Lea will call the insurance tomorrow', who: 'Lea', due: 'tomorrow', evidence: [3] },
    ])
  })

  it('knows by its heading what it is a list of', () => {
    const { action_items, decisions } = summarize(
      'Lea: Action items: 1. Ben to update the price list by Monday. 2. Maya to draft the newsletter.',
      'Lea: So we agreed on three things. First, no meetings on Fridays. Second, the budget stays at 400 euros. Third, Ben chairs the board.',
    )
    expect(action_items.map(({ who, due }) => [who, due])).toEqual([
      ['Ben', 'Monday'],
      ['Maya', undefined],
    ])
    expect(decisions.map(({ text }) => text)).toEqual([
      'No meetings on Fridays.',
      'The budget stays at 400 euros.',
      'Ben chairs the board.',
    ])
  })
})

describe('a list of who does what', () => {
  it('is taken one by one without numbers, and for who has not spoken', () => {
    const { action_items } = summarize(
      'Ana: Action items are as follows: Ben to call the bank, Lena to order chairs by Friday, and me to write the minutes.',
      'Ana: And two more action items. One, Ben sends the contract. Two, Lena books the flight by Monday.',
    )
    expect(action_items.map(({ who, text }) => [who, text])).toEqual([
      ['Ben', 'Ben will call the bank'],
      ['Lena', 'Lena will order chairs by Friday'],
      ['Ana', 'Ana will write the minutes'],
      ['Ben', 'Ben will send the contract'],
      ['Lena', 'Lena will book the flight by Monday'],
    ])
  })

  it('asks two people in one sentence', () => {
    const { action_items } = summarize(
      'Ana: Ben, please call the bank, and Lena, can you order the chairs by Friday?',
      'Ben: Okay.',
      'Lena: Okay.',
    )
    expect(action_items.map(({ who, due }) => [who, due])).toEqual([
      ['Ben', undefined],
      ['Lena', 'Friday'],
    ])
  })
})

describe('a decision in plain words', () => {
  it.each([
    'We will use Postgres for the orders.',
    "Okay, so we'll use the blue logo on the invoices.",
    "We're going to drop support for the old tablets.",
    "From now on we'll charge four euros for delivery.",
  ])('is one: %s', (said) => {
    expect(summarize(`Ann: ${said}`, 'Bob: Fine.').decisions).toMatchObject([{ evidence: [1] }])
  })

  it.each([
    'Maybe we will use Postgres for the orders.',
    'If it is cheaper, we will use Postgres.',
    'Will we use Postgres for the orders?',
    "We'll use the whiteboard for that.",
    "We'll keep that in mind for the budget.",
    'The chip we will use is the cheap one.',
    'We would use Postgres for the orders.',
  ])('is none: %s', (said) => {
    expect(summarize(`Ann: ${said}`, 'Bob: Hm.').decisions).toEqual([])
  })
})
