import { expect, it } from 'vitest'
import { findDue } from './due.ts'

it.each([
  ["I'll send it by Friday.", 'Friday'],
  ['We need it tomorrow morning', 'tomorrow morning'],
  ['before the end of the month please', 'the end of the month'],
  ['due on March 3rd', 'March 3rd'],
  ['on Monday I start, it is ready by next week', 'next week'],
  ['in two weeks', 'in two weeks'],
  ['by 2026-12-01', '2026-12-01'],
  ['by 5 pm', '5 pm'],
  ['by 14:00', '14:00'],
  ['before the 3rd, please', 'the 3rd'],
  ['by Friday, May 3rd', 'Friday, May 3rd'],
  ['on Jan 5th', 'Jan 5th'],
  ['by mid October', 'mid October'],
  ['by the end of Q3', 'the end of Q3'],
  ['before lunch', 'lunch'],
  ['before the demo', 'before the demo'],
  ['within two days', 'within two days'],
  ['first thing tomorrow', 'first thing tomorrow'],
  ['Friday at 3pm', 'Friday at 3pm'],
  ['say in the first week of December', 'the first week of December'],
])('%s: %s', (sentence, when) => expect(findDue(sentence)?.when).toBe(when))

it.each([
  'Friday the cat',
  'the friday',
  'Send it soon',
  'I may do it',
  'We should march on',
  'Back in a minute',
  'the second option',
])('finds a date in "%s" only where a day is named', (sentence) => {
  const found = findDue(sentence)?.when
  if (/friday/i.test(sentence)) expect(found?.toLowerCase()).toBe('friday')
  else expect(found).toBeUndefined()
})
