import fc from 'fast-check'
import { expect, it } from 'vitest'
import { sentencesOf } from './sentences.ts'

it.each([
  ['We launch in March. Bob does the rest.', ['We launch in March. ', 'Bob does the rest.']],
  ['Ask Dr. Smith about it. He knows.', ['Ask Dr. Smith about it. ', 'He knows.']],
  ['It takes 3.5 days, e.g. from Monday on.', ['It takes 3.5 days, e.g. from Monday on.']],
  ['J. Doe said "No." Then he left!', ['J. Doe said "No." ', 'Then he left!']],
  ['Three things\n- one\n- two', ['Three things\n', '- one\n', '- two']],
  ['予算は？三月です。', ['予算は？', '三月です。']],
  ['', []],
])('finds the sentences of %j', (text, sentences) => {
  expect(sentencesOf(text, true)).toEqual(sentences)
})

it('waits for what follows, since a point alone may be within a sentence', () => {
  expect(sentencesOf('It costs 3.', false)).toEqual([])
  expect(sentencesOf('It costs 3. ', false)).toEqual([])
  expect(sentencesOf('It costs 3. T', false)).toEqual(['It costs 3. '])
  expect(sentencesOf('Around 3 p.m. t', false)).toEqual([])
})

it('cuts what has no end, where it can at a comma', () => {
  const clause = `${'word '.repeat(40).trim()}, `
  const [first, ...rest] = sentencesOf(clause.repeat(3), true)
  expect(first).toBe(clause)
  expect(rest).toHaveLength(2)
  expect(sentencesOf('x'.repeat(700), true).map((part) => part.length)).toEqual([280, 280, 140])
})

it('loses nothing, and takes nothing back as the text grows', () => {
  const word = fc.constantFrom(
    'We',
    'decided.',
    'Dr.',
    'so',
    '3.5',
    '"No."',
    'Why?',
    '\n',
    '好。',
    'e.g.',
    'x'.repeat(90),
  )
  fc.assert(
    fc.property(fc.array(word, { maxLength: 40 }), fc.nat(400), (words, length) => {
      const text = words.join(' ')
      const whole = sentencesOf(text, true)
      expect(whole.join('')).toBe(text)
      const early = sentencesOf(text.slice(0, length), false)
      expect(whole.slice(0, early.length)).toEqual(early)
    }),
  )
})
