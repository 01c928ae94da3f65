import { expect, it } from 'vitest'
import { cited, NOT_FROM_TRANSCRIPT, withoutMarkers } from './citations.ts'

const exists = (seq: number) => seq < 100

it('turns markers into citations, sorted, each once', () => {
  expect(cited('Bob does it [12]. Carol helps [7, 12; 9].', exists)).toEqual({
    text: 'Bob does it. Carol helps.',
    citations: [7, 9, 12],
  })
})

it('drops what does not resolve, and says when nothing is left', () => {
  expect(cited('Bob [12] [500].', exists)).toEqual({ text: 'Bob.', citations: [12] })
  expect(cited('Paris [500].', exists)).toEqual({ text: `Paris. ${NOT_FROM_TRANSCRIPT}` })
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
