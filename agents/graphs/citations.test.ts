import { expect, it } from 'vitest'
import { cited, NO_SOURCE, withoutMarkers } from './citations.ts'

const exists = { supports: (seq: number) => seq < 100 }

it('turns markers into citations, sorted, each once', () => {
  expect(cited('Bob does it [12]. Carol helps [7, 12; 9].', exists)).toEqual({
    text: 'Bob does it. Carol helps.',
    citations: [7, 9, 12],
  })
})

it('drops what does not resolve, and says when nothing is left', () => {
  expect(cited('Bob [12] [500].', exists)).toEqual({ text: 'Bob.', citations: [12] })
  expect(cited('Paris [500].', exists)).toEqual({ text: `Paris. ${NO_SOURCE}` })
})

it('never shows half a marker while it streams', () => {
  const text = 'Bob does it [12, 13]. Done [7].'
  for (let end = 0; end <= text.length; end++)
    expect(withoutMarkers(text.slice(0, end))).not.toMatch(/[[\]\d]/)
  expect(withoutMarkers(text)).toBe('Bob does it. Done.')
})

it('leaves other brackets alone', () => {
  expect(withoutMarkers('a [note] stays')).toBe('a [note] stays')
})

it('asks of each marker whether it speaks of the statement before it', () => {
  const asked: [number, string][] = []
  const supports = (seq: number, statement: string) => asked.push([seq, statement.trim()]) > 0
  cited('Bob does it [1] [2]. Carol helps [3, 4].', { supports })
  expect(asked).toEqual([
    [1, 'Bob does it'],
    [2, 'Bob does it'],
    [3, '. Carol helps'],
    [4, '. Carol helps'],
  ])
})
