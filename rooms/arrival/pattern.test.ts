import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fits } from './pattern.ts'

test.each([
  ['*', '', true],
  ['*', 'anything', true],
  ['standup', 'standup', true],
  ['standup', 'standup ', false],
  ['team-*', 'team-', true],
  ['team-*', 'team-a', true],
  ['team-*', 'a team-a', false],
  ['*-private', 'board-private', true],
  ['*-private', 'board-private-2', false],
  ['a*b*c', 'a1b2b3c', true],
  ['a*b*c', 'acb', false],
  ['a.c', 'abc', false],
  ['[ab]', 'a', false],
  ['caf\u00e9 *', 'caf\u00e9 \u{1F389}', true],
])('%s, %s: %s', (pattern, name, expected) => {
  expect(fits(pattern, name)).toBe(expected)
})

test('agrees with a regular expression', () => {
  const some = (letters: string[]) => fc.array(fc.constantFrom(...letters), { maxLength: 8 })
  fc.assert(
    fc.property(some(['a', 'b', '*']), some(['a', 'b']), (pattern, name) => {
      const expression = new RegExp(`^${pattern.map((c) => (c === '*' ? '.*' : c)).join('')}$`)
      expect(fits(pattern.join(''), name.join(''))).toBe(expression.test(name.join('')))
    }),
  )
})

test('many stars and a name that nearly fits', () => {
  expect(fits(`${'a*'.repeat(90)}b`, 'a'.repeat(200))).toBe(false)
})
