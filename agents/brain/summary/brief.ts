import { keyPoints } from './render.ts'
import type { SummaryState } from './state.ts'

/** A summary in running text of about so many words. */
export function briefSummary(state: SummaryState, wordsWanted: number): string {
  const out: string[] = []
  let left = wordsWanted
  for (const point of keyPoints(state, 12)) {
    const size = point.text.split(/\s+/).length
    if (size > left + 6) continue
    out.push(point.text)
    left -= size
  }
  return out.join(' ')
}
