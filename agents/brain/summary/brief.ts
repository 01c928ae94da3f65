import { clip } from '../clean.ts'
import { keyPoints, topicWords } from './render.ts'
import { namesOf } from './salience.ts'
import type { SummaryState } from './state.ts'

/**
 * A summary in running text of about so many words: what it was about, stretch by stretch, what was decided and who does
 * what, and the sentences that stand for the rest, with who said them.
 */
export function briefSummary(state: SummaryState, wordsWanted: number): string {
  if (state.turns === 0) return ''
  const parts: { text: string; seq: number }[] = []
  let left = wordsWanted
  const put = (text: string, seq: number): boolean => {
    const size = text.split(/\s+/).length
    if (size > left + 4) return false
    parts.push({ text, seq })
    left -= size
    return true
  }
  const overall = meetingWords(state, 4)
  if (overall.length > 1) put(`The meeting was about ${listed(overall)}.`, 0)
  for (const decision of state.decisions.slice(-3))
    if (left > wordsWanted / 2)
      put(`The group decided: ${sentence(clip(decision.text, 160))}`, decision.evidence[0] ?? 0)
  const outcomes = state.actions.filter((a) => a.due && a.who).slice(-2)
  for (const action of outcomes)
    if (left > wordsWanted / 2) put(sentence(clip(action.text, 120)), action.evidence[0] ?? 0)
  const names = new Set(overall)
  const large = [...state.segments]
    .sort((a, b) => b.turns - a.turns)
    .slice(0, segmentsFor(wordsWanted))
  for (const segment of large) {
    const said = topicWords(state, segment, 4).filter((w) => !names.has(w))
    for (const w of said) names.add(w)
    if (said.length > 1) put(`The group discussed ${listed(said)}.`, segment.from)
  }
  for (const point of keyPoints(state, 12)) {
    if (left < 8) break
    put(`${point.who} said: "${sentence(point.text)}"`, point.seq)
  }
  return parts
    .sort((a, b) => a.seq - b.seq)
    .map((p) => p.text)
    .join(' ')
}

function segmentsFor(words: number): number {
  return Math.max(1, Math.round(words / 40))
}

function meetingWords(state: SummaryState, limit: number): string[] {
  const ranked = Object.entries(state.terms)
    .sort((a, b) => b[1][0] - a[1][0])
    .map(([t]) => t)
  return namesOf(state, ranked, limit)
}

function listed(list: readonly string[]): string {
  return `${list.slice(0, -1).join(', ')} and ${list.at(-1)}`
}

function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text.replace(/[,;:]$/, '')}.`
}
