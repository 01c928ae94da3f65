import { term, terms, words } from '../text.ts'
import { STOP_WORDS, TALK_WORDS } from '../words.ts'
import { BOUNDS, type Candidate, type SummaryState } from './state.ts'

const TALK_STEMS = new Set([...TALK_WORDS].map(term))

/** Terms that can carry a topic. */
export function topicTerms(text: string): string[] {
  return terms(text).filter((t) => t.length > 2 && !TALK_STEMS.has(t) && !/^\d+$/.test(t))
}

/** Counts a turn's words; keeps those that come most, so that the table stays bounded. */
export function countTerms(state: SummaryState, text: string): void {
  for (const word of words(text)) {
    if (STOP_WORDS.has(word) || TALK_WORDS.has(word)) continue
    const t = term(word)
    if (t.length < 3 || STOP_WORDS.has(t) || TALK_STEMS.has(t) || /^\d+$/.test(t)) continue
    const entry = state.terms[t]
    if (entry) entry[0]++
    else state.terms[t] = [1, word.slice(0, 24)]
  }
  const entries = Object.entries(state.terms)
  if (entries.length > BOUNDS.terms * 1.25) {
    entries.sort((a, b) => b[1][0] - a[1][0])
    state.terms = Object.fromEntries(entries.slice(0, BOUNDS.terms))
  }
}

/** How well a sentence stands for the meeting: the weight of its topic terms; the more of them the better. */
export function sentenceScore(state: SummaryState, text: string): number {
  let score = 0
  for (const t of new Set(topicTerms(text))) score += Math.log(1 + (state.terms[t]?.[0] ?? 0))
  return score
}

/** Takes the best sentences with little in common, best first. */
export function pickDiverse(
  candidates: readonly Candidate[],
  score: (candidate: Candidate) => number,
  limit: number,
): Candidate[] {
  const ranked = candidates.map((c) => ({ c, score: score(c), set: new Set(topicTerms(c.text)) }))
  const picked: typeof ranked = []
  const seen = new Set<string>()
  while (picked.length < limit && ranked.length > 0) {
    let best = -1
    let bestScore = 0
    for (const [i, r] of ranked.entries()) {
      let repeated = 0
      for (const t of r.set) if (seen.has(t)) repeated++
      const value = r.score * (1 - (0.6 * repeated) / Math.max(1, r.set.size))
      if (best < 0 || value > bestScore) [best, bestScore] = [i, value]
    }
    const [next] = ranked.splice(best, 1)
    if (!next || bestScore <= 0) break
    picked.push(next)
    for (const t of next.set) seen.add(t)
  }
  return picked.map((p) => p.c)
}
