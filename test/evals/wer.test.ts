import { expect, it } from 'vitest'
import { wordErrors, wordsOf } from './wer.ts'

it.each([
  ['the same words', 'The same words!', 0],
  ['ten metres', '10 metres', 0],
  ['one two three', '1-23.', 0],
  ['it’s here', "'It's' here", 0],
  ['a b c d', 'a x c', 2],
  ['', 'made up words', 3],
  ['nothing was heard', '', 3],
])('%s | %s: %i errors', (reference, hypothesis, errors) => {
  expect(wordErrors(reference, hypothesis)).toEqual({ errors, words: wordsOf(reference).length })
})
