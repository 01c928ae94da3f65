import type { Question } from './question.ts'
import { STEP, WINDOW, type WindowStore } from './transcript-index.ts'

/*
 * BM25 over windows, then what a meeting has and a pile of documents has not: windows near a good one are likely on the
 * same topic (smoothing at several widths), people speak in turns (speaker cues), and time has a direction (time cues).
 */
export const WEIGHTS = {
  k1: 1.2,
  b: 0.6,
  pair: 0.6,
  context: 0.5,
  /** How much the neighbourhood adds to a window's own score: [half-width in windows, weight]. */
  smooth: [
    [2, 0.6],
    [8, 0.5],
  ] as [number, number][],
  speaker: 0.8,
  feedbackWindows: 4,
  feedbackTerms: 10,
  feedback: 0.25,
  /** Windows on both sides of a chosen one that are not chosen any more. */
  apart: 4,
}

interface Ranked {
  window: number
  score: number
}

export function rank(
  store: WindowStore,
  question: Question,
  limit: number,
  before: number,
): Ranked[] {
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
  let scores = bm25(store, weights)
  const feedback = feedbackTerms(store, weights, scores)
  if (feedback.size > 0) {
    const more = bm25(store, feedback)
    scores = scores.map((s, i) => s + (more[i] ?? 0))
  }
  const smoothed = scores.slice()
  for (const [width, weight] of WEIGHTS.smooth) {
    const near = blur(scores, width)
    for (let i = 0; i < n; i++) smoothed[i] = (smoothed[i] ?? 0) + weight * (near[i] ?? 0)
  }
  cues(store, question, smoothed)
  return spread(store, smoothed, limit, before)
}

function bm25(store: WindowStore, weights: ReadonlyMap<string, number>): Float64Array {
  const n = store.lengths.length
  const out = new Float64Array(n)
  let total = 0
  for (const length of store.lengths) total += length
  const mean = Math.max(1, total / n)
  for (const [term, weight] of weights) {
    const list = store.postings.get(term)
    if (!list) continue
    const df = list.length / 2
    const idf = Math.log(1 + (n - df + 0.5) / (df + 0.5))
    for (let i = 0; i < list.length; i += 2) {
      const window = list[i] ?? 0
      const tf = list[i + 1] ?? 0
      const norm = WEIGHTS.k1 * (1 - WEIGHTS.b + (WEIGHTS.b * (store.lengths[window] ?? 0)) / mean)
      out[window] = (out[window] ?? 0) + (weight * idf * tf * (WEIGHTS.k1 + 1)) / (tf + norm)
    }
  }
  return out
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
  if (best.length < 2 || WEIGHTS.feedback === 0) return out
  const top = new Set(best)
  const n = store.lengths.length
  const found: [string, number][] = []
  for (const [term, list] of store.postings) {
    if (asked.has(term) || term.includes(' ')) continue
    const df = list.length / 2
    if (df < 2 || df > n / 4) continue
    let hits = 0
    // Lists are short; only those that can hold two of the best are read.
    for (let i = 0; i < list.length; i += 2) if (top.has(list[i] ?? -1)) hits++
    if (hits >= 2) found.push([term, hits * Math.log(n / df)])
  }
  found.sort((a, b) => b[1] - a[1])
  const strongest = found[0]?.[1] ?? 1
  for (const [term, weight] of found.slice(0, WEIGHTS.feedbackTerms))
    out.set(term, (WEIGHTS.feedback * weight) / strongest)
  return out
}

/** Mean over the windows on both sides, by running sums. */
function blur(scores: Float64Array, width: number): Float64Array {
  const n = scores.length
  const sums = new Float64Array(n + 1)
  for (let i = 0; i < n; i++) sums[i + 1] = (sums[i] ?? 0) + (scores[i] ?? 0)
  return scores.map((_, i) => {
    const from = Math.max(0, i - width)
    const to = Math.min(n, i + width + 1)
    return ((sums[to] ?? 0) - (sums[from] ?? 0)) / (to - from)
  })
}

function cues(store: WindowStore, question: Question, scores: Float64Array): void {
  const n = scores.length
  const { time } = question
  const lexical = question.focus.length + question.context.length > 0
  const end = store.turns.at(-1)?.at ?? 0
  for (let i = 0; i < n; i++) {
    let score = lexical ? (scores[i] ?? 0) : 1
    if (question.speakers.length > 0) {
      const length = Math.max(8, store.lengths[i] ?? 0)
      let spoken = 0
      for (const id of question.speakers) spoken += store.spoken[i]?.get(id) ?? 0
      score *= lexical ? 1 + WEIGHTS.speaker * Math.min(1, spoken / length) : spoken
    }
    const place = n < 2 ? 1 : i / (n - 1)
    if (time?.kind === 'start') score *= 1 + 3 * Math.max(0, 1 - place * 5)
    if (time?.kind === 'end') score *= 1 + 3 * Math.max(0, place * 5 - 4)
    if (time?.kind === 'recent') score *= Math.exp(i - n)
    if (time?.kind === 'last') {
      const at = store.turns[Math.min(store.turns.length, i * STEP + WINDOW) - 1]?.at ?? 0
      if (at < end - time.ms) score = 0
    }
    if (!lexical && question.speakers.length === 0 && !time) score = 0
    scores[i] = score
  }
}

/** The best windows that keep their distance: five views of one minute answer less than five places. */
function spread(store: WindowStore, scores: Float64Array, limit: number, before: number): Ranked[] {
  const order = [...scores.keys()]
    .filter(
      (i) =>
        (scores[i] ?? 0) > 0 && (store.turns[i * STEP]?.seq ?? Number.POSITIVE_INFINITY) < before,
    )
    .sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0))
  const chosen: Ranked[] = []
  // Short meetings have no room for distance; windows must not overlap in any case.
  for (const apart of [WEIGHTS.apart, 1]) {
    for (const window of order) {
      if (chosen.length >= limit) return chosen
      if (chosen.some((c) => Math.abs(c.window - window) <= apart)) continue
      chosen.push({ window, score: scores[window] ?? 0 })
    }
  }
  return chosen
}
