import { createTranscriptIndex } from '../../agents/brain/index.ts'
import { brainWindows, createBm25 } from './bm25.ts'
import { asTurns, inSpans, type Meeting, meetingSets } from './corpus.ts'
import type { Eval } from './eval.ts'
import { meaningRanker } from './meaning.ts'
import { printTable } from './table.ts'

/** Ranks windows of a meeting, as lists of seqs. */
type Ranker = (meeting: Meeting) => (question: string) => number[][]

const brain: Ranker = (meeting) => {
  const index = createTranscriptIndex()
  for (const turn of asTurns(meeting)) index.add(turn)
  return (question) => index.search(question, { limit: 10 }).map((window) => window.seqs)
}

/** A hit: at least half of a window's turns lie in the question's gold spans. */
function measure(meetings: Meeting[], ranker: Ranker) {
  let [n, first, five, reciprocal] = [0, 0, 0, 0]
  const times: number[] = []
  for (const meeting of meetings) {
    const search = ranker(meeting)
    for (const { query, relevant_spans } of meeting.specific_queries) {
      const from = performance.now()
      const windows = search(query)
      times.push(performance.now() - from)
      const at = windows.findIndex(
        (seqs) => seqs.filter((s) => inSpans(s, relevant_spans)).length * 2 >= seqs.length,
      )
      n++
      if (at === 0) first++
      if (at >= 0 && at < 5) five++
      if (at >= 0) reciprocal += 1 / (at + 1)
    }
  }
  times.sort((a, b) => a - b)
  return { n, first, five, reciprocal, median: times[Math.floor(times.length / 2)] ?? 0 }
}

/** Also of every other meeting and of those between: what was tuned has to hold on both halves. */
function row(meetings: Meeting[], ranker: Ranker) {
  const { n, first, five, reciprocal, median } = measure(meetings, ranker)
  const halves = [0, 1].map((half) => {
    const part = measure(
      meetings.filter((_, i) => i % 2 === half),
      ranker,
    )
    return part.five / part.n
  })
  return [n, first / n, five / n, ...halves, reciprocal / n, median]
}

const rankers: Record<string, Ranker> = {
  'built-in brain': brain,
  'plain BM25': (meeting) => createBm25(meeting),
  "plain BM25, the brain's windows": (meeting) => createBm25(meeting, brainWindows),
}

const retrieval: Eval = {
  name: 'retrieval',
  async run() {
    const sets = meetingSets()
    const byMeaning = await meaningRanker(sets.flatMap(({ meetings }) => meetings))
    const all = byMeaning ? { ...rankers, 'brain and MiniLM': byMeaning } : rankers
    const rows = sets.flatMap(({ name, meetings }) =>
      Object.entries(all).map(([who, ranker]) => [name, who, ...row(meetings, ranker)]),
    )
    printTable(
      'Retrieval: windows of eight turns, or fewer where turns are long, in gold spans (MRR over the first ten)',
      ['set', 'ranker', 'n', 'hit@1', 'hit@5', 'one half', 'other half', 'MRR', 'median ms'],
      rows,
    )
  },
}
export const { name, run } = retrieval
