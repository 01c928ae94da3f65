import { expect, it } from 'vitest'
import { turnsOf } from '../brain/fixture.ts'
import { chunker } from './chunks.ts'

const words = (count: number, word = 'word') => Array(count).fill(word).join(' ')

it('makes chunks of about a minute, and keeps the newest words open', () => {
  const chunks = chunker()
  for (const turn of turnsOf([words(50), words(50), words(50), words(10)].map((t) => `A: ${t}`)))
    chunks.add(turn)
  expect(chunks.waiting).toBe(1)
  expect(chunks.take(9)).toMatchObject([{ from: 1, to: 3 }])
  expect(chunks.open()).toEqual({ from: 4, to: 4, text: words(10) })
})

it('cuts a long turn into pieces that the model can read', () => {
  const chunks = chunker()
  for (const turn of turnsOf([`A: ${words(400)}`])) chunks.add(turn)
  expect(chunks.take(9).map(({ from, to, text }) => [from, to, text.split(' ').length])).toEqual([
    [1, 1, 180],
    [1, 1, 180],
  ])
  expect(chunks.open()?.text.split(' ')).toHaveLength(40)
})

it('forgets a turn with the chunk that holds it', () => {
  const chunks = chunker()
  const lines = [words(120, 'one'), words(60, 'two'), words(60, 'three'), words(5, 'four')]
  for (const turn of turnsOf(lines.map((t) => `A: ${t}`))) chunks.add(turn)
  chunks.forget(3)
  expect(chunks.take(9).map(({ from }) => from)).toEqual([1])
  expect(chunks.open()?.from).toBe(4)
  chunks.forget(4)
  expect(chunks.open()).toBeUndefined()
})

it('has nothing of a turn without words', () => {
  const chunks = chunker()
  for (const turn of turnsOf(['A:   '])) chunks.add(turn)
  expect(chunks.open()).toBeUndefined()
})
