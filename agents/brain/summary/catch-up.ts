import { clip } from '../clean.ts'
import { concerns } from './names.ts'
import { openQuestion } from './open.ts'
import { keyPoints, topicWords } from './render.ts'
import type { SummaryState } from './state.ts'

interface CatchUp {
  /** At most five, short, what matters to that person first. */
  lines: string[]
  /** Seqs that the lines rest on: each line has some. */
  evidence: number[]
}

interface Line {
  text: string
  evidence: number[]
}

const LINES = 5
/** Letters of what stands in a line, shared by what it lists. */
const CHARS = 150
/** Quotes at most, where there is little else to tell. */
const QUOTES = 2

/**
 * What one who comes late has to know: what they are asked or have to do, what was decided, what is open, what it is about now, and
 * where there is room, what others do and what was said. `since` is the last seq that they saw.
 */
export function catchUp(
  state: SummaryState,
  { since = 0, name }: { since?: number; name: string },
): CatchUp {
  if (state.turns === 0 || state.upto <= since) return { lines: [], evidence: [] }
  const newer = <T extends { evidence: number[] }>(items: T[]) =>
    items.filter((i) => (i.evidence.at(-1) ?? 0) > since)
  const actions = newer(state.actions)
  const found = [
    listed('For you', [
      ...asked(state, since, name),
      ...actions.filter((a) => concerns(a.who, name)),
    ]),
    listed('Decided', newer(state.decisions)),
    open(state, since),
    now(state, since),
    listed(
      'To do',
      actions.filter((a) => !concerns(a.who, name)),
    ),
  ]
  const lines = found.filter((line) => line !== undefined)
  const shown = new Set(lines.flatMap((line) => line.evidence))
  const room = Math.min(LINES, lines.length + QUOTES)
  for (const point of keyPoints(state, 8).reverse()) {
    if (lines.length >= room) break
    if (point.seq <= since || shown.has(point.seq)) continue
    lines.push({ text: `${point.who} said: "${clip(point.text, CHARS)}"`, evidence: [point.seq] })
  }
  return {
    lines: lines.map((line) => line.text),
    evidence: [...new Set(lines.flatMap((line) => line.evidence))].sort((a, b) => a - b),
  }
}

/** The latest two. */
function listed(title: string, items: readonly Line[]): Line | undefined {
  const last = items.slice(-2)
  if (last.length === 0) return undefined
  const chars = CHARS / last.length
  return {
    text: `${title}: ${last.map((i) => clip(i.text, chars).replace(/\.$/, '')).join(' · ')}.`.replace(
      /….$/,
      '…',
    ),
    evidence: last.flatMap((i) => i.evidence),
  }
}

/** What somebody has just asked of them, and waits for. */
function asked({ pending, turns }: SummaryState, since: number, name: string): Line[] {
  if (!pending?.clause || pending.to !== name || pending.seq <= since) return []
  if (turns - pending.turn > 8) return []
  return [{ text: `${pending.by} asks you to ${pending.clause}`, evidence: [pending.seq] }]
}

function open(state: SummaryState, since: number): Line | undefined {
  const point = openQuestion(state, since)
  return (
    point && { text: `Open: ${point.who}: "${clip(point.text, CHARS)}"`, evidence: [point.seq] }
  )
}

/** The present topic, and those before it. */
function now(state: SummaryState, since: number): Line | undefined {
  const segments = state.segments.filter((s) => s.to > since)
  const last = segments.at(-1)
  if (!last) return undefined
  const present = topicWords(state, last, 3)
  const before = segments
    .slice(0, -1)
    .flatMap((s) => topicWords(state, s, 2))
    .filter((word) => !present.includes(word))
  const parts: string[] = []
  if (present.length > 0) parts.push(`Now: ${present.join(', ')}.`)
  if (before.length > 0) parts.push(`Before: ${[...new Set(before)].slice(-5).join(', ')}.`)
  const seq = last.candidates.at(-1)?.seq ?? last.to
  return parts.length === 0
    ? undefined
    : { text: parts.join(' '), evidence: [seq > since ? seq : last.to] }
}
