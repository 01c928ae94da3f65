import { type Closeness, fuse } from './fuse.ts'
import type { Question } from './question.ts'
import { synonyms } from './synonyms.ts'
import { terms } from './text.ts'
import { limitsOf, turnsIn } from './time.ts'
import { turnsOf, type WindowStore } from './windows.ts'

/*
 * BM25 over windows, then what a meeting has and a pile of documents has not: windows near a good one are likely on the
 * same topic (smoothing at several widths), people speak in turns (speaker cues), and time has a direction (time cues).
 */
const WEIGHTS = {
  k1: 1.2,
  b: 0.55,
  pair: 0.5,
  context: 0.5,
  /** A synonym, or for a word that nobody said a word that begins like it, as part of the word's own weight. */
  related: 0.3,
  /** The opening names every topic and treats none; windows there count a little less. */
  opening: 0.6,
  openingWindows: 6,
  /** Half-width in windows, and what a window scores at that width counts. */
  scales: [
    [0, 1],
    [2, 0.75],
    [8, 0.75],
    [20, 0.4],
  ] as [number, number][],
  /** How fast what counts as many occurrences grows with the width. */
  grow: 0.7,
  speaker: 3,
  /** What a question on the meeting's start or end makes of the windows there. */
  edge: 2.5,
  feedbackWindows: 4,
  feedbackTerms: 60,
  feedback: 0.2,
  /** Windows on both sides of a chosen one that are not chosen any more. */
  apart: 5,
}

/** Letters of one turn that may add words to a search. */
const LONG_TURN = 600

/** Numbers of the best windows, best first. */
export function rank(
  store: WindowStore,
  question: Question,
  limit: number,
  close?: Closeness,
): number[] {
  const n = store.lengths.length
  if (n === 0) return []
  const weights = new Map<string, number>()
  const put = (list: string[], weight: number) => {
    for (const t of list) weights.set(t, Math.max(weights.get(t) ?? 0, weight))
    for (let i = 1; i < list.length; i++)
      weights.set(`${list[i - 1]} ${list[i]}`, weight * WEIGHTS.pair)
  }
  put(question.focus, 1)
  put(question.context, WEIGHTS.context)
  for (const [t, weight] of [...weights])
    for (const other of related(store, t))
      if (!weights.has(other)) weights.set(other, weight * WEIGHTS.related)
  const scores = scaled(store, weights)
  const feedback = feedbackTerms(store, weights, scores)
  if (feedback.size > 0) {
    const more = scaled(store, feedback)
    for (let i = 0; i < n; i++) scores[i] = (scores[i] ?? 0) + (more[i] ?? 0)
  }
  cues(store, question, scores)
  if (!close) return spread(scores, limit)
  const meaning = closeness(store, close)
  cues(store, question, meaning)
  return spread(fuse(scores, meaning), limit)
}

/** How close each window is, above 0 where that is known, so that cues can weigh it as they weigh words. */
function closeness(store: WindowStore, close: Closeness): Float64Array {
  return Float64Array.from(store.lengths, (_, window) => {
    const turns = turnsOf(store, window)
    const known = close(turns[0]?.seq ?? 0, turns.at(-1)?.seq ?? 0)
    return known === undefined ? 0 : Math.max(known, 1e-6)
  })
}

/** BM25 of each window together with its neighbours, at several widths, added up. */
function scaled(store: WindowStore, weights: ReadonlyMap<string, number>): Float64Array {
  const n = store.lengths.length
  const out = new Float64Array(n)
  const lengths = runningSums(store.lengths)
  const mean = Math.max(1, (lengths[n] ?? 0) / n)
  const between = (sums: Float64Array, i: number, width: number) =>
    (sums[Math.min(n, i + width + 1)] ?? 0) - (sums[Math.max(0, i - width)] ?? 0)
  const norms = WEIGHTS.scales.map(([width]) => {
    const size = 2 * width + 1
    const k = WEIGHTS.k1 * size ** WEIGHTS.grow
    return Float64Array.from(store.lengths, (_, i) => {
      const length = between(lengths, i, width) / mean / size
      return k * (1 - WEIGHTS.b + WEIGHTS.b * length)
    })
  })
  const counts = new Float64Array(n)
  for (const [term, weight] of weights) {
    const list = (term.includes(' ') ? store.pairs : store.postings).get(term)
    if (!list) continue
    counts.fill(0)
    for (let i = 0; i < list.length; i += 2) counts[list[i] ?? 0] = list[i + 1] ?? 0
    const sums = runningSums(counts)
    const df = list.length / 2
    const idf = weight * Math.log(1 + (n - df + 0.5) / (df + 0.5))
    for (const [scale, [width, share]] of WEIGHTS.scales.entries()) {
      const top = share * idf * (WEIGHTS.k1 + 1)
      for (let i = 0; i < n; i++) {
        const tf = between(sums, i, width)
        if (tf > 0) out[i] = (out[i] ?? 0) + (top * tf) / (tf + (norms[scale]?.[i] ?? 0))
      }
    }
  }
  return out
}

/** Other terms under which a term may be found here. */
function related(store: WindowStore, t: string): string[] {
  if (t.includes(' ')) return []
  const out = [...synonyms(t)]
  if (!store.postings.has(t) && t.length >= 6) {
    const start = t.slice(0, Math.max(5, t.length - 3))
    for (const known of store.postings.keys()) if (known.startsWith(start)) out.push(known)
  }
  return out
}

function runningSums(values: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(values.length + 1)
  for (let i = 0; i < values.length; i++) sums[i + 1] = (sums[i] ?? 0) + (values[i] ?? 0)
  return sums
}

/** Terms that the best windows share and the rest of the meeting does not: what the topic's own words are. */
function feedbackTerms(
  store: WindowStore,
  asked: ReadonlyMap<string, number>,
  scores: Float64Array,
): Map<string, number> {
  const best = [...scores.keys()]
    .filter((i) => (scores[i] ?? 0) > 0)
    .sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0))
    .slice(0, WEIGHTS.feedbackWindows)
  const out = new Map<string, number>()
  if (best.length < 2) return out
  const n = store.lengths.length
  const hits = new Map<string, number>()
  for (const window of best) {
    for (const t of new Set(
      turnsOf(store, window).flatMap((turn) => terms(turn.text.slice(0, LONG_TURN))),
    ))
      hits.set(t, (hits.get(t) ?? 0) + 1)
  }
  const found: [string, number][] = []
  for (const [t, count] of hits) {
    const df = (store.postings.get(t)?.length ?? 0) / 2
    if (count < 2 || df < 2 || df > n / 4 || asked.has(t)) continue
    found.push([t, count * Math.log(n / df)])
  }
  found.sort((a, b) => b[1] - a[1])
  const strongest = found[0]?.[1] ?? 1
  for (const [term, weight] of found.slice(0, WEIGHTS.feedbackTerms))
    out.set(term, (WEIGHTS.feedback * weight) / strongest)
  return out
}

function cues(store: WindowStore, question: Question, scores: Float64Array): void {
  const n = scores.length
  const { time } = question
  const lexical = question.focus.length + question.context.length > 0
  const limits = limitsOf(question, store.turns)
  const part = time && turnsIn(store.turns, time)
  const overlaps = (i: number, [from, to]: readonly [number, number]) =>
    (store.blocks[i] ?? 0) < to && (store.blocks[i + 2] ?? store.turns.length) > from
  for (let i = 0; i < n; i++) {
    let score = lexical ? (scores[i] ?? 0) : 1
    if (question.speakers.length > 0) {
      const length = Math.max(8, store.lengths[i] ?? 0)
      let spoken = 0
      for (const id of question.speakers) spoken += store.spoken[i]?.get(id) ?? 0
      score *= lexical ? 1 + WEIGHTS.speaker * Math.min(1, spoken / length) : spoken
    }
    if (lexical && !time && n > 8 * WEIGHTS.openingWindows && i < WEIGHTS.openingWindows)
      score *= WEIGHTS.opening
    if (time?.kind === 'recent') score *= Math.exp(i - n)
    else if (part && overlaps(i, part)) score *= WEIGHTS.edge
    if (limits && !overlaps(i, limits)) score = 0
    if (!lexical && question.speakers.length === 0 && !time) score = 0
    scores[i] = score
  }
}

/** The best windows that keep their distance: five views of one minute answer less than five places. */
function spread(scores: Float64Array, limit: number): number[] {
  const order = [...scores.keys()]
    .filter((i) => (scores[i] ?? 0) > 0)
    .sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0))
  const chosen: number[] = []
  // Short meetings have no room for distance; windows must not overlap in any case.
  for (const apart of [WEIGHTS.apart, 1]) {
    for (const window of order) {
      if (chosen.length >= limit) return chosen
      if (chosen.some((other) => Math.abs(other - window) <= apart)) continue
      chosen.push(window)
    }
  }
  return chosen
}
