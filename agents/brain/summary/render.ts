import { own } from './own.ts'
import { namesOf, pickDiverse, sentenceScore } from './salience.ts'
import type { Candidate, Segment, SummaryState } from './state.ts'

/** As an item of `summary.updated`. */
export interface Item {
  text: string
  who?: string
  due?: string
  evidence: number[]
}

interface RenderedSummary {
  key_points: Item[]
  decisions: Item[]
  action_items: Item[]
  topics: Item[]
}

const KEY_POINTS = 8

/** The summary as it goes over the wire. */
export function renderSummary(state: SummaryState): RenderedSummary {
  return {
    key_points: keyPoints(state, KEY_POINTS).map((c) => ({
      text: `${c.who}: ${c.text}`,
      who: c.who,
      evidence: [c.seq],
    })),
    decisions: state.decisions.map(({ text, who, evidence }) => ({ text, who, evidence })),
    action_items: state.actions.map(({ text, who, due, evidence }) => ({
      text,
      ...(who ? { who } : {}),
      ...(due ? { due } : {}),
      evidence,
    })),
    topics: state.segments.flatMap((segment) => {
      const text = topicName(state, segment)
      return text ? [{ text, evidence: topicEvidence(segment) }] : []
    }),
  }
}

/** The sentences that stand for the meeting, in the order in which they were said. */
export function keyPoints(state: SummaryState, limit: number): Candidate[] {
  const all = state.segments.flatMap((segment) => segment.candidates)
  return pickDiverse(all, (c) => sentenceScore(state, c.text), limit).sort((a, b) => a.seq - b.seq)
}

/** The words that this stretch has more of than the rest of the meeting. */
export function topicWords(state: SummaryState, segment: Segment, limit = 4): string[] {
  const total = Object.values(state.terms).reduce((sum, [count]) => sum + count, 0)
  const here = Object.values(segment.terms).reduce((sum, count) => sum + count, 0)
  const ranked = Object.entries(segment.terms)
    .filter(([t, count]) => count > 1 && own(state.terms, t))
    .map(([t, count]) => {
      const rest = (own(state.terms, t)?.[0] ?? count) / Math.max(1, total)
      return { t, score: count * Math.log(1 + count / Math.max(1, here) / Math.max(rest, 1e-6)) }
    })
    .sort((a, b) => b.score - a.score)
    .map(({ t }) => t)
  return namesOf(state, ranked, limit)
}

function topicName(state: SummaryState, segment: Segment): string {
  const text = topicWords(state, segment).join(', ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function topicEvidence(segment: Segment): number[] {
  return [...new Set([segment.from, ...segment.candidates.map((c) => c.seq), segment.to])]
}
