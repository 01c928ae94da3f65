import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Entry } from './entry.ts'
import { matches, nextHit, parts, searchEntries } from './search.ts'

const who = { id: 'ana', name: 'Ana', kind: 'person' as const }
const turn = (seq: number, text: string): Entry => ({ kind: 'turn', seq, at: seq, who, text })
const found = (text: string, query: string) =>
  matches(text, query).map(([start, end]) => text.slice(start, end))

test('case and accents do not matter, and the text keeps its own', () => {
  expect(found('José, JOSE and jose\u0301!', 'josé')).toEqual(['José', 'JOSE', 'jose\u0301'])
  expect(found('Straße', 'STRASSE')).toEqual([])
  expect(found('the ﬁnal word', 'fin')).toEqual(['ﬁn'])
  expect(found('a 🌱 b', '🌱')).toEqual(['🌱'])
  expect(found('nothing', '  ')).toEqual([])
})

test('parts put together are the text, whatever it holds', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ maxLength: 3 }), (text, query) => {
      const ranges = matches(text, query)
      expect(parts(text, ranges).join('')).toBe(text)
      let last = 0
      for (const [start, end] of ranges) {
        expect(start).toBeGreaterThanOrEqual(last)
        expect(end).toBeGreaterThan(start)
        last = end
      }
    }),
  )
})

test('the words of every kind of entry are searched; hits go round', () => {
  const entries = [
    turn(1, 'Launch day'),
    turn(2, 'nothing'),
    { kind: 'blank', seq: 3, at: 3, why: 'hidden', count: 1 } as const,
    turn(4, 'the launch, the LAUNCH'),
  ]
  const hits = searchEntries(entries, 'launch')
  expect(hits.map(({ seq, ranges }) => [seq, ranges.length])).toEqual([
    [1, 1],
    [4, 2],
  ])
  expect(nextHit(hits, undefined, 1)?.seq).toBe(1)
  expect(nextHit(hits, undefined, -1)?.seq).toBe(4)
  expect(nextHit(hits, 4, 1)?.seq).toBe(1)
  expect(nextHit(hits, 1, -1)?.seq).toBe(4)
  expect(nextHit([], 1, 1)).toBeUndefined()
})
