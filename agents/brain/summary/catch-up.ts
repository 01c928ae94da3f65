import { clip } from '../clean.ts'
import { concerns } from './names.ts'
import { keyPoints, topicWords } from './render.ts'
import type { SummaryState } from './state.ts'

interface CatchUp {
  /** At most five lines. */
  lines: string[]
  /** Seqs that the lines rest on. */
  evidence: number[]
}

/** What one who comes late has to know, in at most five lines; `since` is the last seq that they saw. */
export function catchUp(
  state: SummaryState,
  { since = 0, name }: { since?: number; name: string },
): CatchUp {
  const segments = state.segments.filter((s) => s.to > since)
  if (state.turns === 0 || segments.length === 0) return { lines: [], evidence: [] }
  const newer = <T extends { evidence: number[] }>(items: T[]) =>
    items.filter((i) => (i.evidence.at(-1) ?? 0) > since)
  const lines: string[] = []
  const evidence: number[] = []
  const topics = [...new Set(segments.flatMap((s) => topicWords(state, s, 2)))].slice(-6)
  if (topics.length > 0) lines.push(`So far it was about ${topics.join(', ')}.`)
  const decisions = newer(state.decisions).slice(-2)
  if (decisions.length > 0)
    lines.push(`Decided: ${decisions.map((d) => clip(d.text, 120)).join(' · ')}`)
  const mine = newer(state.actions).filter((a) => concerns(a.who, name))
  if (mine.length > 0)
    lines.push(
      `For you: ${mine
        .slice(-2)
        .map((a) => clip(a.text, 120))
        .join(' · ')}`,
    )
  const others = newer(state.actions)
    .filter((a) => !concerns(a.who, name))
    .slice(-2)
  if (others.length > 0) lines.push(`To do: ${others.map((a) => clip(a.text, 120)).join(' · ')}`)
  for (const item of [...decisions, ...mine.slice(-2), ...others]) evidence.push(...item.evidence)
  const points = keyPoints(state, 8)
    .filter((p) => p.seq > since)
    .slice(-(5 - lines.length))
  for (const p of points) {
    if (lines.length >= 5) break
    lines.push(`${p.who} said: "${clip(p.text, 160)}"`)
    evidence.push(p.seq)
  }
  return { lines, evidence: [...new Set(evidence)].sort((a, b) => a - b) }
}
