import { clip } from '../clean.ts'
import type { Turn } from '../turn.ts'
import { isQuestion, withoutLead } from './acts.ts'
import { own } from './own.ts'
import { pickDiverse, sameWords, sentenceScore, topicTerms } from './salience.ts'
import { BOUNDS, type Candidate, type Segment, type SummaryState } from './state.ts'

/** Turns that are compared with the segment so far, and how often. */
const WINDOW = 14
const EVERY = 5
/** A segment is at least this long. */
const SHORTEST = 30
const COHESION = 0.12
/** Turns up to which a meeting is short. */
const SHORT_MEETING = 40

/** Greetings, thanks, weather, and the trouble with the call itself. */
const SOCIAL =
  /^(?:hi|hello|hey|dear all|good (?:morning|afternoon|evening|day)|welcome|thank(?:s| you)|cheers|bye|goodbye|see you|have a (?:nice|good|great|lovely)|happy (?:birthday|friday|new year)|congratulations|nice to|how (?:are|was|is)|hope (?:you|everyone)|i hope (?:you|everyone)|sorry (?:i'm|for being|to be)|take care|enjoy)\b|\b(?:can you hear|hear me|on mute|unmute|my (?:screen|microphone|camera|connection)|the weather|sunny outside|your weekend|my weekend|traffic was|grab a coffee|cup of (?:tea|coffee)|back in (?:a|five|two|ten) minutes?)\b/i

function isSocial(text: string): boolean {
  return SOCIAL.test(text)
}

const topicSet = (text: string): ReadonlySet<string> => new Set(topicTerms(text))

/** Puts a turn into the current topic segment, or starts the next one where the words change. */
export function takeIntoSegment(state: SummaryState, turn: Turn, said: readonly string[]): void {
  const found = topicTerms(turn.text)
  state.window.push([...new Set(found)].slice(0, 12))
  if (state.window.length > WINDOW) state.window.shift()
  let segment = state.segments.at(-1)
  if (!segment || breaks(state, segment)) {
    segment = { from: turn.seq, to: turn.seq, turns: 0, terms: {}, candidates: [] }
    state.segments.push(segment)
    if (state.segments.length > BOUNDS.segments) joinClosest(state)
  }
  segment.to = turn.seq
  segment.turns++
  for (const t of found) segment.terms[t] = (own(segment.terms, t) ?? 0) + 1
  trimTerms(segment, 60)
  for (const sentence of said) {
    const text = withoutLead(sentence)
    const size = text.split(' ').length
    // A short meeting has few sentences to choose from, so short ones will do there.
    const [least, terms] = state.turns > SHORT_MEETING ? [7, 3] : [5, 2]
    if (size < least || isQuestion(text) || isSocial(sentence) || isSocial(text)) continue
    if (topicTerms(text).length < terms) continue
    // said again: what it was said for the first time stands
    if (segment.candidates.some((c) => sameWords(topicSet(c.text), topicSet(text)))) continue
    segment.candidates.push({
      seq: turn.seq,
      who: turn.speaker.name,
      text: clip(text, BOUNDS.sentenceChars),
    })
  }
  if (segment.candidates.length > BOUNDS.candidates) keepBest(state, segment)
}

function keepBest(state: SummaryState, segment: Segment): void {
  segment.candidates = pickDiverse(
    segment.candidates,
    (c: Candidate) => sentenceScore(state, c.text),
    BOUNDS.candidates,
  ).sort((a, b) => a.seq - b.seq)
}

function breaks(state: SummaryState, segment: Segment): boolean {
  if (segment.turns < SHORTEST || segment.turns % EVERY !== 0 || state.window.length < WINDOW)
    return false
  const now: Record<string, number> = {}
  for (const list of state.window) for (const t of list) now[t] = (own(now, t) ?? 0) + 1
  return cosine(segment.terms, now) < COHESION
}

/** Over the bound, the two neighbours with the most in common become one. */
function joinClosest(state: SummaryState): void {
  let best = 0
  let bestScore = -1
  for (let i = 0; i + 2 < state.segments.length; i++) {
    const [a, b] = [state.segments[i], state.segments[i + 1]]
    if (!a || !b) continue
    const score = cosine(a.terms, b.terms) + 20 / (20 + a.turns + b.turns)
    if (score > bestScore) [best, bestScore] = [i, score]
  }
  const [a, b] = state.segments.slice(best, best + 2)
  if (!a || !b) return
  const joined: Segment = {
    from: a.from,
    to: b.to,
    turns: a.turns + b.turns,
    terms: { ...a.terms },
    candidates: [...a.candidates, ...b.candidates],
  }
  for (const [t, count] of Object.entries(b.terms))
    joined.terms[t] = (own(joined.terms, t) ?? 0) + count
  trimTerms(joined, 60)
  keepBest(state, joined)
  state.segments.splice(best, 2, joined)
}

/** Closed segments keep fewer terms than the open one needs. */
export function trimTerms(segment: Segment, limit: number): void {
  const entries = Object.entries(segment.terms)
  if (entries.length <= limit) return
  entries.sort((a, b) => b[1] - a[1])
  segment.terms = Object.fromEntries(entries.slice(0, limit))
}

function cosine(a: Record<string, number>, b: Record<string, number>): number {
  let dot = 0
  let left = 0
  let right = 0
  for (const [t, n] of Object.entries(a)) {
    left += n * n
    dot += n * (own(b, t) ?? 0)
  }
  for (const n of Object.values(b)) right += n * n
  return left && right ? dot / Math.sqrt(left * right) : 0
}
