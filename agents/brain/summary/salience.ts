import { term, terms, words } from '../text.ts'
import { STOP_WORDS, TALK_WORDS } from '../words.ts'
import { own } from './own.ts'
import { BOUNDS, type Candidate, type SummaryState } from './state.ts'

const TALK_STEMS = new Set([...TALK_WORDS].map(term))

/** Terms that can carry a topic. */
export function topicTerms(text: string): string[] {
  return terms(text).filter((t) => t.length > 2 && !TALK_STEMS.has(t) && !/^\d+$/.test(t))
}

const NUMBERS = new Set(
  `zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
  nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million half third quarter dozen`
    .split(/\s+/)
    .map(term),
)

/** Whether a term says how many, or which day of a month. */
export function isNumber(t: string): boolean {
  return NUMBERS.has(t) || /^\d/.test(t)
}

/** Terms that say what is decided, without the words that say that it is: also short ones, and numbers. */
export function contentTerms(text: string): string[] {
  return terms(text).filter((t) => !DECIDING.has(t) && (isNumber(t) || !TALK_STEMS.has(t)))
}

const DECIDING = new Set(
  terms(
    'decided decision decide agreed agree agreement settled settle final answer conclusion chosen choose chose resolved voted opt pick motion carried adopted approved accept official go stick stay instead sum move postpone reschedule push definitely',
  ),
)

/** Counts a turn's words and pairs of words; keeps those that come most, so that the tables stay bounded. */
export function countTerms(state: SummaryState, text: string): void {
  let before: { t: string; word: string } | undefined
  let [grew, paired] = [false, false]
  for (const spoken of words(text)) {
    const word = spoken.replace(/'s?$/, '').slice(0, 24)
    const t = term(word)
    const carries =
      !STOP_WORDS.has(word) &&
      !TALK_WORDS.has(word) &&
      t.length > 2 &&
      !STOP_WORDS.has(t) &&
      !TALK_STEMS.has(t) &&
      !/^\d+$/.test(t)
    if (!carries) {
      before = undefined
      continue
    }
    grew = countIn(state.terms, t, word) || grew
    if (before && before.t !== t)
      paired = countIn(state.phrases, `${before.t} ${t}`, `${before.word} ${word}`) || paired
    before = { t, word }
  }
  if (grew) state.terms = mostFrequent(state.terms, BOUNDS.terms)
  if (paired) state.phrases = mostFrequent(state.phrases, BOUNDS.phrases)
}

type Counts = Record<string, [count: number, written: string]>

/** Whether it is new. */
function countIn(table: Counts, key: string, written: string): boolean {
  const entry = own(table, key)
  if (entry) entry[0]++
  else table[key] = [1, written]
  return entry === undefined
}

/** Cut back only when a quarter over, so that the sorting is rare; a new word has that long to come again. */
function mostFrequent(table: Counts, limit: number): Counts {
  if (Object.keys(table).length <= limit * 1.25) return table
  const entries = Object.entries(table)
  // Of equals the newest stay: a word that came once long ago is the least likely to matter.
  return Object.fromEntries(
    entries
      .reverse()
      .sort((a, b) => b[1][0] - a[1][0])
      .slice(0, limit)
      .reverse(),
  )
}

/** The words as they would be named: "remote control" where the word mostly comes in that company. */
export function namesOf(state: SummaryState, stems: readonly string[], limit: number): string[] {
  const out: string[] = []
  const used = new Set<string>()
  for (const t of stems) {
    if (out.length >= limit) break
    if (used.has(t)) continue
    const [count, written] = own(state.terms, t) ?? [0, t]
    const phrase = Object.entries(state.phrases)
      .filter(([key, [n]]) => n > 2 && n >= count * 0.35 && key.split(' ').includes(t))
      .sort((a, b) => b[1][0] - a[1][0])[0]
    used.add(t)
    if (phrase) {
      if (phrase[0].split(' ').some((part) => part !== t && used.has(part))) continue
      for (const part of phrase[0].split(' ')) used.add(part)
      out.push(phrase[1][1])
    } else out.push(written)
  }
  return out
}

/** How well a sentence stands for the meeting: the weight of its topic terms; the more of them the better. */
export function sentenceScore(state: SummaryState, text: string): number {
  let score = 0
  for (const t of new Set(topicTerms(text))) score += Math.log(1 + (own(state.terms, t)?.[0] ?? 0))
  return score
}

/** Shared terms, as part of all terms of both, from which on two sentences say the same. */
const SAME = 0.7

export function sameWords(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  let shared = 0
  for (const t of a) if (b.has(t)) shared++
  return shared > 0 && shared / (a.size + b.size - shared) >= SAME
}

/** Takes the best sentences with little in common, best first; of those that say the same, one. */
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
    if (picked.some((p) => sameWords(p.set, next.set))) continue
    picked.push(next)
    for (const t of next.set) seen.add(t)
  }
  return picked.map((p) => p.c)
}
