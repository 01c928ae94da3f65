/** How close the turns from one seq to another are to a question, -1 to 1; undefined where nothing is known. */
export type Closeness = (from: number, to: number) => number | undefined

/**
 * How fast a place further down counts less, and what meaning counts beside words. Chosen on QMSum's validation set, where both
 * halves of the meetings gain: hit@5 0.768 without, 0.789 with these, 0.76 to 0.80 with other values and other chunks, so that
 * most of the gain is within the noise of 237 questions. What it adds are questions in words that nobody said.
 */
const K = 5
const MEANING = 0.7

/**
 * Reciprocal rank fusion of two rankings of the same windows, by words and by meaning (Cormack, Clarke and Büttcher, 2009).
 * What scores 0 in one is not in that ranking.
 */
export function fuse(words: Float64Array, meaning: Float64Array): Float64Array {
  const byWords = places(words)
  const byMeaning = places(meaning)
  const share = (scores: Float64Array, place: Float64Array, i: number) =>
    (scores[i] ?? 0) > 0 ? 1 / (K + (place[i] ?? 0)) : 0
  return Float64Array.from(
    words,
    (_, i) => share(words, byWords, i) + MEANING * share(meaning, byMeaning, i),
  )
}

/** From 1 on; what scores alike has the same place. */
function places(scores: Float64Array): Float64Array {
  const out = new Float64Array(scores.length)
  const order = [...scores.keys()].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0))
  let [last, shared] = [Number.NaN, 0]
  for (const [place, i] of order.entries()) {
    if (scores[i] !== last) shared = place + 1
    last = scores[i] ?? 0
    out[i] = shared
  }
  return out
}
