import type { Turn } from './turn.ts'

/** Turns in a window, and turns from one window's start to the next one's. */
export const WINDOW = 8
export const STEP = 4

/** What ranking reads: windows by number, and where each term occurs. */
export interface WindowStore {
  turns: Turn[]
  /** Window number and count, interleaved, ascending by window. */
  postings: Map<string, number[]>
  /** The same for two terms that follow each other. */
  pairs: Map<string, number[]>
  /** Content terms of each window. */
  lengths: number[]
  /** Content terms of each window by speaker id. */
  spoken: Map<string, number>[]
}
