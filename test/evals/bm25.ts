import { terms } from '../../agents/brain/text.ts'
import { asTurns, type Meeting } from './corpus.ts'

const [WINDOW, STEP, K1, B] = [8, 4, 1.2, 0.75]

/** Textbook BM25 over overlapping windows, the baseline: no cues, no smoothing, no distance between results. */
export function createBm25(meeting: Meeting): (question: string) => number[][] {
  const turns = asTurns(meeting)
  const windows: { seqs: number[]; counts: Map<string, number>; length: number }[] = []
  for (let i = 0; i < turns.length; i += STEP) {
    const part = turns.slice(i, i + WINDOW)
    const counts = new Map<string, number>()
    const found = part.flatMap((turn) => terms(turn.text))
    for (const t of found) counts.set(t, (counts.get(t) ?? 0) + 1)
    windows.push({ seqs: part.map((turn) => turn.seq), counts, length: found.length })
  }
  const mean = windows.reduce((sum, w) => sum + w.length, 0) / windows.length
  return (question) => {
    const asked = [...new Set(terms(question))].map((t) => {
      const df = windows.filter((w) => w.counts.has(t)).length
      return { t, idf: Math.log(1 + (windows.length - df + 0.5) / (df + 0.5)) }
    })
    const score = ({ counts, length }: (typeof windows)[number]) =>
      asked.reduce((sum, { t, idf }) => {
        const tf = counts.get(t) ?? 0
        return sum + (idf * tf * (K1 + 1)) / (tf + K1 * (1 - B + (B * length) / mean))
      }, 0)
    return windows
      .map((w) => ({ seqs: w.seqs, score: score(w) }))
      .filter((w) => w.score > 0)
      .sort((a, b) => b.score - a.score)
      .slice(0, 10)
      .map((w) => w.seqs)
  }
}
