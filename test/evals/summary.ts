import { briefSummary, cleanText, emptySummary, updateSummary } from '../../agents/brain/index.ts'
import { asTurns, type Meeting, meetingSets } from './corpus.ts'
import type { Eval } from './eval.ts'
import { type Rouge, rouge } from './rouge.ts'
import { printTable } from './table.ts'

type Summarizer = (meeting: Meeting, words: number) => string

/** As in a live room: batch by batch, the state only. */
const brain: Summarizer = (meeting, words) => {
  const turns = asTurns(meeting)
  let state = emptySummary()
  for (let i = 0; i < turns.length; i += 10) state = updateSummary(state, turns.slice(i, i + 10))
  return briefSummary(state, words)
}

/** Cleaned of sounds and stumbles, as the brain's are: the baselines get the same text. */
const sentencesOf = (meeting: Meeting) =>
  meeting.turns
    .flatMap(({ text }) => cleanText(text).split(/(?<=[.?!])\s+/))
    .filter((s) => s.trim() !== '')

const size = (text: string) => text.split(/\s+/).filter(Boolean).length

function fill(sentences: string[], words: number): string {
  const out = sentences.join(' ').split(/\s+/)
  return out.slice(0, words).join(' ')
}

const lead: Summarizer = (meeting, words) => fill(sentencesOf(meeting), words)

/** Sentences in an order of their own that is the same in every run (mulberry32). */
const random: Summarizer = (meeting, words) => {
  let seed = 7
  const next = () => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return (t ^ (t >>> 14)) >>> 0
  }
  const keyed = sentencesOf(meeting).map((s) => ({ s, key: next() }))
  return fill(
    keyed.sort((a, b) => a.key - b.key).map(({ s }) => s),
    words,
  )
}

/** The longest sentences that fit, in the meeting's order. */
const longest: Summarizer = (meeting, words) => {
  const all = sentencesOf(meeting).map((s, i) => ({ s, i, size: size(s) }))
  let left = words
  const chosen = [...all]
    .sort((a, b) => b.size - a.size)
    .filter((c) => {
      if (left <= 0) return false
      left -= c.size
      return true
    })
  return fill(
    chosen.sort((a, b) => a.i - b.i).map(({ s }) => s),
    words,
  )
}

function measure(meetings: Meeting[], summarize: Summarizer): (string | number)[] {
  const sum: Rouge = { r1: 0, r2: 0, l: 0 }
  let ratio = 0
  for (const meeting of meetings) {
    const words = size(meeting.general_summary)
    const made = summarize(meeting, words)
    ratio += size(made) / words
    const score = rouge(made, meeting.general_summary)
    sum.r1 += score.r1
    sum.r2 += score.r2
    sum.l += score.l
  }
  const n = meetings.length
  const percent = (x: number) => ((100 * x) / n).toFixed(1)
  return [n, percent(sum.r1), percent(sum.r2), percent(sum.l), (ratio / n).toFixed(2)]
}

const summary: Eval = {
  name: 'summary',
  async run() {
    const rows = meetingSets().flatMap(({ name, meetings }) =>
      Object.entries({ 'built-in brain': brain, 'longest sentences': longest, lead, random }).map(
        ([who, summarize]) => [name, who, ...measure(meetings, summarize)],
      ),
    )
    printTable(
      'Summary: ROUGE F1 (Porter-stemmed) against the reference, at its length',
      ['set', 'summarizer', 'n', 'R-1', 'R-2', 'R-L', 'length'],
      rows,
    )
  },
}
export const { name, run } = summary
