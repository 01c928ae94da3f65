import type { Turn } from '../../agents/brain/index.ts'
import { terms } from '../../agents/brain/text.ts'
import { BLOCK } from '../../agents/brain/windows.ts'
import { asTurns, type Meeting } from './corpus.ts'

const [WINDOW, STEP, K1, B] = [8, 4, 1.2, 0.75]

/** Eight turns, beginning every four. */
function eightTurns(turns: readonly Turn[]): Turn[][] {
  const starts = turns.map((_, i) => i).filter((i) => i % STEP === 0)
  return starts.map((i) => turns.slice(i, i + WINDOW))
}

/** The windows that the brain ranks, made anew, so that the baseline can have them too. */
export function brainWindows(turns: readonly Turn[]): Turn[][] {
  const blocks: Turn[][] = []
  let left = 0
  for (const turn of turns) {
    const block = blocks.at(-1)
    if (block && left > 0 && block.length < BLOCK.turns) block.push(turn)
    else {
      blocks.push([turn])
      left = BLOCK.terms
    }
    left -= terms(turn.text).length
  }
  return blocks.map((block, i) => [...block, ...(blocks[i + 1] ?? [])])
}

/** Textbook BM25 over overlapping windows, the baseline: no cues, no smoothing, no distance between results. */
export function createBm25(
  meeting: Meeting,
  cut: (turns: readonly Turn[]) => Turn[][] = eightTurns,
): (question: string) => number[][] {
  const windows: { seqs: number[]; counts: Map<string, number>; length: number }[] = []
  for (const part of cut(asTurns(meeting))) {
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
