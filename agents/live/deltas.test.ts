import { expect, it } from 'vitest'
import { createDeltas } from './deltas.ts'
import { createFakeClock } from './fake-clock.ts'

it('sends the newest text, not more often than it may', () => {
  const clock = createFakeClock()
  const sent: string[] = []
  const deltas = createDeltas(clock, 50, (text) => sent.push(text))
  for (const text of ['a', 'ab', 'abc']) deltas.show(text)
  expect(sent).toEqual(['a'])
  clock.pass(50)
  expect(sent).toEqual(['a', 'abc'])
  deltas.show('abc')
  deltas.show('')
  clock.pass(100)
  expect(sent).toEqual(['a', 'abc'])
  deltas.show('abcd')
  expect(sent.at(-1)).toBe('abcd')
})

it('knows what was shown, and sends nothing after its end', () => {
  const clock = createFakeClock()
  const sent: string[] = []
  const deltas = createDeltas(clock, 50, (text) => sent.push(text))
  deltas.show('a')
  deltas.show('ab')
  expect(deltas.shown()).toBe('a')
  deltas.end()
  clock.pass(1_000)
  expect(sent).toEqual(['a'])
  expect(clock.waiting()).toBe(0)
})

it('sends at once what is whole anyway', () => {
  const sent: string[] = []
  const deltas = createDeltas(createFakeClock(), 50, (text) => sent.push(text))
  for (const text of ['a', 'ab', 'abc']) deltas.show(text, true)
  expect(sent).toEqual(['a', 'ab', 'abc'])
})
