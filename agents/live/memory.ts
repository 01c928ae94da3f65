import { createTranscriptIndex, type TranscriptIndex, type Turn } from '../brain/index.ts'
import type { Meaning } from '../embedding/index.ts'

/** What agents know of what was said: in memory, made anew from the log when the room is loaded. */
export interface Memory {
  readonly turns: readonly Turn[]
  readonly index: TranscriptIndex
  /** Where there is an embedding model. */
  readonly meaning: Meaning | undefined
  add(turn: Turn): void
  /** Turns after a seq, oldest first; costs what it returns. */
  after(seq: number): Turn[]
  /** Whether any of these was in memory; it no longer is. */
  forget(seqs: readonly number[]): boolean
}

export function createMemory(meaning?: Meaning): Memory {
  const turns: Turn[] = []
  const index = createTranscriptIndex()
  return {
    turns,
    index,
    meaning,
    add(turn) {
      if (turn.seq <= (turns.at(-1)?.seq ?? 0)) return
      turns.push(turn)
      index.add(turn)
      meaning?.add(turn)
    },
    forget(seqs) {
      const gone = new Set(seqs)
      const kept = turns.filter((turn) => !gone.has(turn.seq))
      const known = kept.length < turns.length
      for (const { seq } of turns) {
        if (!gone.has(seq)) continue
        index.forget(seq)
        meaning?.forget(seq)
      }
      // others hold this list
      turns.length = 0
      for (const turn of kept) turns.push(turn)
      return known
    },
    after(seq) {
      let from = turns.length
      while (from > 0 && (turns[from - 1]?.seq ?? 0) > seq) from--
      return turns.slice(from)
    },
  }
}
