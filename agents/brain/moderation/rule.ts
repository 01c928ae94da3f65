import type { Category } from './types.ts'

/** A rule as it is written; `rules.ts` compiles it. */
export interface Rule {
  name: string
  category: Category
  /** 0 to 1; 0.5 and more is flagged, 0.75 and more is a ground for acting. */
  score: number
  /** In the notation of `pattern.ts`. */
  patterns: string[]
  /** Skipped unless a word of one of these classes occurs. */
  needs?: string
  /** May be acted upon before the sentence is final. */
  grave?: true
  /** A single word is all the evidence: any sign of an innocent use takes it away. */
  weak?: true
  /** What is told to the person. Never repeats what was said. */
  reason: string
}
