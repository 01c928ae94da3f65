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
  ['say in the first week of December', 'the first week of December'],
])('%s: %s', (sentence, when) => expect(findDue(sentence)?.when).toBe(when))

it.each(['Friday the cat', 'the friday', 'Send it soon', 'I may do it', 'the second option'])(
  'finds a date in "%s" only where a day is named',
  (sentence) => {
    const found = findDue(sentence)?.when
    if (/friday/i.test(sentence)) expect(found?.toLowerCase()).toBe('friday')
    else expect(found).toBeUndefined()
  },
)
