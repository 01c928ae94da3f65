import { type Entry, wordsOf } from './entry.ts'

/** Where a text matches, as positions in it. */
export type Range = readonly [start: number, end: number]

export interface Hit {
  seq: number
  ranges: readonly Range[]
}

/** Small and large letters and accents are alike: who searches for Jose finds José. */
interface Folded {
  text: string
  /** For each character of `text` the position of what it came from, and one more for the end. */
  from: readonly number[]
}

function folded(text: string): Folded {
  const from: number[] = []
  let result = ''
  let at = 0
  for (const character of text) {
    const plain = character.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
    for (let i = 0; i < plain.length; i++) from.push(at)
    result += plain
    at += character.length
  }
  return { text: result, from: [...from, at] }
}

/** Where `query` stands in `text`, from left to right, without overlaps. */
export function matches(text: string, query: string): Range[] {
  const wanted = folded(query.trim()).text
  if (wanted === '') return []
  const { text: where, from } = folded(text)
  const ranges: Range[] = []
  for (let at = where.indexOf(wanted); at >= 0; at = where.indexOf(wanted, at + wanted.length)) {
    const start = from[at] ?? 0
    // the end is where the next character begins: a match never cuts one in two
    let end = at + wanted.length
    while (end < where.length && from[end] === from[end - 1]) end += 1
    const stop = from[end] ?? text.length
    // marks that belong to the last letter come with it
    const marks = /^\p{M}*/u.exec(text.slice(stop))?.[0].length ?? 0
    ranges.push([start, stop + marks])
  }
  return ranges
}

/** The entries in which the query stands, in order. */
export function searchEntries(entries: readonly Entry[], query: string): Hit[] {
  if (query.trim() === '') return []
  return entries.flatMap((entry) => {
    const ranges = matches(wordsOf(entry), query)
    return ranges.length === 0 ? [] : [{ seq: entry.seq, ranges }]
  })
}

/** A text cut where it matches: every second part, from the second on, is a match. */
export function parts(text: string, ranges: readonly Range[]): string[] {
  const result: string[] = []
  let at = 0
  for (const [start, end] of ranges) {
    result.push(text.slice(at, start), text.slice(start, end))
    at = end
  }
  return [...result, text.slice(at)]
}

/** The hit after (or before) a seq, round the end. */
export function nextHit(hits: readonly Hit[], seq: number | undefined, step: 1 | -1) {
  if (hits.length === 0) return undefined
  const now = hits.findIndex((hit) => hit.seq === seq)
  if (now < 0) return step === 1 ? hits[0] : hits.at(-1)
  return hits[(now + step + hits.length) % hits.length]
}
