/** How close the turns from one seq to another are to a question, -1 to 1; undefined where nothing is known. */
export type Closeness = (from: number, to: number) => number | undefined

/** How fast a place further down counts less, and what meaning counts beside words. Chosen on halves of QMSum's validation set. */
const K = 10
const MEANING = 0.5

/**
 * Reciprocal rank fusion of two rankings of the same windows, by words and by meaning (Cormack, Clarke and Büttcher, 2009).
 * A window that has nothing in either stays at 0.
 */
export function fuse(words: Float64Array, meaning: Float64Array): Float64Array {
  const byWords = places(words)
  const byMeaning = places(meaning)
  return Float64Array.from(words, (word, i) => {
    if (word <= 0 && (meaning[i] ?? 0) <= 0) return 0
    return 1 / (K + (byWords[i] ?? 0)) + MEANING / (K + (byMeaning[i] ?? 0))
  })
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
