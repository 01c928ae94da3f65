import type { Turn } from './turn.ts'

/**
 * A block is so many turns, or fewer where people speak at length: the turn that brings it to so many content terms (some 200
 * words) ends it. A window is two blocks and the next one begins with its second, so that eight short turns or two speeches are
 * one place, and all windows hold about the same.
 */
export const BLOCK = { turns: 4, terms: 80 }

/** What ranking reads: windows by number, and where each term occurs. */
export interface WindowStore {
  turns: Turn[]
  /** Index of the first turn of each block; window n is the blocks n and n + 1. */
  blocks: number[]
  /** Window number and count, interleaved, ascending by window. */
  postings: Map<string, number[]>
  /** The same for two terms that follow each other. */
  pairs: Map<string, number[]>
  /** Content terms of each window. */
  lengths: number[]
  /** Content terms of each window by speaker id. */
  spoken: Map<string, number>[]
}

/** The turns of a window, in order. */
export function turnsOf({ turns, blocks }: WindowStore, window: number): Turn[] {
  return turns.slice(blocks[window] ?? turns.length, blocks[window + 2] ?? turns.length)
}
