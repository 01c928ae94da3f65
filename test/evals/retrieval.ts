import { createTranscriptIndex } from '../../agents/brain/index.ts'
import { asTurns, inSpans, type Meeting, meetingSets } from './corpus.ts'
import type { Eval } from './eval.ts'
import { printTable } from './table.ts'

/** A hit: at least half of a window's turns lie in the question's gold spans. */
function measure(meetings: Meeting[]) {
  let [n, first, five, reciprocal, slowest] = [0, 0, 0, 0, 0]
  for (const meeting of meetings) {
    const index = createTranscriptIndex()
    for (const turn of asTurns(meeting)) index.add(turn)
    for (const { query, relevant_spans } of meeting.specific_queries) {
      const from = performance.now()
      const windows = index.search(query, { limit: 10 })
      slowest = Math.max(slowest, performance.now() - from)
      const at = windows.findIndex(
        (w) => w.seqs.filter((s) => inSpans(s, relevant_spans)).length * 2 >= w.seqs.length,
      )
      n++
      if (at === 0) first++
      if (at >= 0 && at < 5) five++
      if (at >= 0) reciprocal += 1 / (at + 1)
    }
  }
  return [n, first / n, five / n, reciprocal / n, slowest]
}

const retrieval: Eval = {
  name: 'retrieval',
  async run() {
    printTable(
      'Retrieval: 8-turn windows in gold spans (MRR over the first ten)',
      ['set', 'n', 'hit@1', 'hit@5', 'MRR', 'slowest ms'],
      meetingSets().map(({ name, meetings }) => [name, ...measure(meetings)]),
    )
  },
}
export const { name, run } = retrieval
