import { createTranscriptIndex } from '../../agents/brain/index.ts'
import { createBm25 } from './bm25.ts'
import { asTurns, inSpans, type Meeting, meetingSets } from './corpus.ts'
import type { Eval } from './eval.ts'
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
  return [n, first / n, five / n, reciprocal / n, times[Math.floor(times.length / 2)] ?? 0]
}

const retrieval: Eval = {
  name: 'retrieval',
  async run() {
    const rows = meetingSets().flatMap(({ name, meetings }) =>
      Object.entries({ 'built-in brain': brain, 'plain BM25': createBm25 }).map(([who, ranker]) => [
        name,
        who,
        ...measure(meetings, ranker),
      ]),
    )
    printTable(
      'Retrieval: 8-turn windows, step 4, in gold spans (MRR over the first ten)',
      ['set', 'ranker', 'n', 'hit@1', 'hit@5', 'MRR', 'median ms'],
      rows,
    )
  },
}
export const { name, run } = retrieval
