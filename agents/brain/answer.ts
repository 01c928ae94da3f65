import { type Answer, fromSummary } from './answer-summary.ts'
import { cleanText, clip } from './clean.ts'
import { fromFacts } from './facts.ts'
import { fromPart } from './part.ts'
import { asksWhoSaid, type Question } from './question.ts'
import { emptySummary, type SummaryState, updateSummary } from './summary/index.ts'
import { synonyms } from './synonyms.ts'
import { sentences, terms } from './text.ts'
import type { TranscriptIndex, Window } from './transcript-index.ts'
import type { Turn } from './turn.ts'

export interface Asked {
  question: string
  index: TranscriptIndex
  /** The room's turns; read only when no summary is given and the question needs one. */
  turns: readonly Turn[]
  /** The room's running summary, for questions on decisions, action items, dates, and the whole. */
  summary?: SummaryState
  /** Name of who asks, for "my action items". */
  asker?: string
}

/** An answer in the transcript's own words, or that it was not said. */
export function answer({ question, index, turns, summary, asker }: Asked): Answer {
  if (index.size === 0) return { text: 'Nothing has been said yet.', citations: [], found: false }
  const state = () => summary ?? updateSummary(emptySummary(), turns)
  const general = fromSummary(question, asker, state)
  if (general) return general
  const parsed = index.parse(question)
  const part = fromPart(parsed, index)
  if (part) return part
  let found: Window[] | undefined
  const windows = () => {
    found ??= index.search(question, { limit: 5 })
    return found
  }
  const fact = fromFacts(question, parsed, index, windows, state)
  if (fact) return fact
  const quotes = pickQuotes(parsed, index, windows(), asksWhoSaid(question) ? CLOSE : NEAR)
  if (quotes.length === 0)
    return {
      text: 'I did not find that in the transcript: it was not said so far.',
      citations: [],
      found: false,
    }
  const said = quotes.map((q) => `${q.turn.speaker.name}: "${q.text}"`).join(' · ')
  return {
    text: `${lead(question, parsed, quotes)}Quoted from the transcript: ${said}`,
    citations: quotes.map((q) => q.turn.seq),
    found: true,
  }
}

/** Says first whom a question asks for, and that those it names are not the ones who are quoted. */
function lead(question: string, parsed: Question, quotes: readonly Quote[]): string {
  const by = [...new Set(quotes.map((q) => q.turn.speaker.name))]
  if (asksWhoSaid(question)) return `${by.join(', ')}. `
  const named = parsed.speakers
  if (named.length === 0 || quotes.some((q) => named.includes(q.turn.speaker.id))) return ''
  return 'Not in their own words, but on the same: '
}

interface Quote {
  turn: Turn
  text: string
  score: number
}

const QUOTES = 3
const QUOTE_CHARS = 220
/**
 * How sure one must be that the transcript speaks of what is asked, 0 to 1. Chosen on questions asked of their own meeting and
 * of others (`npm run eval answers`), where the two kinds of error are about equal.
 */
const SURE = 0.58
/** A synonym speaks half for a term. */
const SYNONYM = 0.5

/**
 * Mean of three shares: of the question's terms that occur at all, of those that one of the best windows has, and the
 * same for what is asked about without its frame.
 */
function sureness(question: Question, index: TranscriptIndex, windows: Window[]): number {
  const all = [...new Set([...question.focus, ...question.context])]
  if (all.length === 0) return 1
  const there = windows.map((w) => new Set(w.turns.flatMap((turn) => terms(turn.text))))
  const cover = (list: readonly string[], set: ReadonlySet<string>) => {
    let sum = 0
    for (const t of list) {
      if (set.has(t)) sum += 1
      else if ([...synonyms(t)].some((other) => set.has(other))) sum += SYNONYM
    }
    return sum / Math.max(1, list.length)
  }
  const best = (list: readonly string[]) => Math.max(0, ...there.map((set) => cover(list, set)))
  const known = all.filter((t) => index.share(t) > 0).length / all.length
  return (known + best(all) + best(question.focus)) / 3
}

/** Part of the best quote's score that the others have at least; where one person is asked for, they have to be as good. */
const [NEAR, CLOSE] = [0.4, 0.8]
/** How much of its score a question keeps, and how much the first reply of another gets of it. */
const ASKED = 0.5
const REPLIED = 0.8

function pickQuotes(
  question: Question,
  index: TranscriptIndex,
  windows: Window[],
  least: number,
): Quote[] {
  if (windows.length === 0 || sureness(question, index, windows) < SURE) return []
  const asked = [...new Set([...question.focus, ...question.context])]
  const weight = new Map(asked.map((t) => [t, Math.log(1 + 1 / Math.max(index.share(t), 0.002))]))
  for (const t of asked)
    for (const other of synonyms(t))
      if (!weight.has(other)) weight.set(other, SYNONYM * (weight.get(t) ?? 0))
  const best = windows.slice(0, 3)
  const quotes: Quote[] = []
  for (const [rank, window] of best.entries()) {
    /** What somebody asked counts for the answer that follows, not for the question. */
    let open: { by: string; score: number } | undefined
    for (const turn of window.turns) {
      for (const sentence of sentences(cleanText(turn.text.slice(0, 4_000)))) {
        const there = new Set(terms(sentence))
        if (there.size === 0) continue
        let score = asked.length === 0 ? there.size : 0
        for (const t of there) score += weight.get(t) ?? 0
        if (sentence.endsWith('?')) {
          open = { by: turn.speaker.id, score }
          score *= ASKED
        } else if (open && open.by !== turn.speaker.id) {
          score += open.score * REPLIED
          open = undefined
        }
        if (score === 0) continue
        if (question.speakers.length > 0)
          score *= question.speakers.includes(turn.speaker.id) ? 2 : 0.6
        score *= (1 - 0.15 * rank) * (there.size < 4 ? 0.6 : 1)
        quotes.push({ turn, text: clip(sentence, QUOTE_CHARS), score })
      }
    }
  }
  quotes.sort((a, b) => b.score - a.score)
  const floor = (quotes[0]?.score ?? 0) * least
  const chosen: Quote[] = []
  for (const quote of quotes) {
    if (chosen.length >= QUOTES || quote.score < floor) break
    if (!chosen.some((c) => c.turn.seq === quote.turn.seq || c.text === quote.text))
      chosen.push(quote)
  }
  return chosen.sort((a, b) => a.turn.seq - b.turn.seq)
}
