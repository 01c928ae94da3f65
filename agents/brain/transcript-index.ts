import type { Closeness } from './fuse.ts'
import { parseQuestion, type Question } from './question.ts'
import { rank } from './rank.ts'
import { terms } from './text.ts'
import { limitsOf } from './time.ts'
import type { Turn } from './turn.ts'
import { BLOCK, turnsOf, type WindowStore } from './windows.ts'

/** Consecutive turns that speak to a question. */
export interface Window {
  /** Seqs of the turns, in order. */
  seqs: number[]
  turns: Turn[]
}

interface SearchOptions {
  /** Windows at most. Default 5. */
  limit?: number
  /** How close turns are to the question in meaning: a second ranking, beside that by words. */
  close?: Closeness | undefined
}

export interface TranscriptIndex {
  /** Turns taken in. */
  readonly size: number
  /** Takes in the next turn; a seq that is not above the last one is ignored, so a replay does no harm. */
  add(turn: Turn): void
  /** Takes a turn's words out again, wherever they were counted; the places of the others stay as they are. */
  forget(seq: number): void
  /** The best windows, best first, none overlapping another. Empty when nothing of the question occurs. */
  search(question: string, options?: SearchOptions): Window[]
  turn(seq: number): Turn | undefined
  /** The turns of the part of the meeting that a question points at; all where it points at none. */
  part(question: Question): Turn[]
  /** Share of the room's windows in which a term occurs, 0 to 1. */
  share(term: string): number
  parse(question: string): Question
}

/** An index over one room's turns, in memory, that grows with the room; adding costs what the turn is long. */
export function createTranscriptIndex(): TranscriptIndex {
  const store: WindowStore = {
    turns: [],
    blocks: [],
    postings: new Map(),
    pairs: new Map(),
    lengths: [],
    spoken: [],
  }
  const speakers = new Map<string, string>()
  /** How many turns are somebody's. */
  const spokenBy = new Map<string, number>()
  const bySeq = new Map<number, Turn>()
  /** Content terms of the newest block, and whether it takes no more. */
  let filled = 0
  let full = true

  function count(table: Map<string, number[]>, term: string, window: number): void {
    const list = table.get(term) ?? []
    if (list.length === 0) table.set(term, list)
    // Windows overlap by one, so the entry is one of the last two.
    for (const at of [list.length - 2, list.length - 4]) {
      if (at >= 0 && list[at] === window) {
        list[at + 1] = (list[at + 1] ?? 0) + 1
        return
      }
    }
    if (list.length > 0 && (list.at(-2) ?? 0) > window) {
      list.splice(list.length - 2, 0, window, 1)
    } else list.push(window, 1)
  }

  function uncount(table: Map<string, number[]>, term: string, window: number): void {
    const list = table.get(term) ?? []
    // pairs of a window and a count, by window
    let from = 0
    for (let to = list.length / 2; from < to; ) {
      const middle = (from + to) >>> 1
      if ((list[middle * 2] ?? 0) < window) from = middle + 1
      else to = middle
    }
    const at = from * 2
    if (list[at] !== window) return
    list[at + 1] = (list[at + 1] ?? 0) - 1
    if (list[at + 1] === 0) list.splice(at, 2)
    if (list.length === 0) table.delete(term)
  }

  return {
    get size() {
      return bySeq.size
    },
    add(turn) {
      const last = store.turns.at(-1)
      if (last && turn.seq <= last.seq) return
      if (full) {
        store.blocks.push(store.turns.length)
        filled = 0
      }
      const newest = store.blocks.length - 1
      store.turns.push(turn)
      bySeq.set(turn.seq, turn)
      speakers.set(turn.speaker.id, turn.speaker.name)
      spokenBy.set(turn.speaker.id, (spokenBy.get(turn.speaker.id) ?? 0) + 1)
      const found = terms(turn.text)
      filled += found.length
      const size = store.turns.length - (store.blocks[newest] ?? 0)
      full = filled >= BLOCK.terms || size >= BLOCK.turns
      const pairs = pairsOf(found)
      for (const window of newest > 0 ? [newest - 1, newest] : [newest]) {
        store.lengths[window] = (store.lengths[window] ?? 0) + found.length
        store.spoken[window] ??= new Map()
        const spoken = store.spoken[window]
        spoken.set(turn.speaker.id, (spoken.get(turn.speaker.id) ?? 0) + found.length)
        for (const t of found) count(store.postings, t, window)
        for (const pair of pairs) count(store.pairs, pair, window)
      }
    },
    forget(seq) {
      const turn = bySeq.get(seq)
      if (!turn) return
      bySeq.delete(seq)
      const at = lastUpTo(store.turns, seq, (one) => one.seq)
      const { id } = turn.speaker
      store.turns[at] = { ...turn, speaker: { id: '', name: '' }, text: '' }
      const left = (spokenBy.get(id) ?? 0) - 1
      if (left > 0) spokenBy.set(id, left)
      else {
        spokenBy.delete(id)
        speakers.delete(id)
      }
      const block = lastUpTo(store.blocks, at, (start) => start)
      const found = terms(turn.text)
      const pairs = pairsOf(found)
      for (const window of block > 0 ? [block - 1, block] : [block]) {
        store.lengths[window] = (store.lengths[window] ?? 0) - found.length
        const spoken = store.spoken[window]
        spoken?.set(id, (spoken.get(id) ?? 0) - found.length)
        for (const t of found) uncount(store.postings, t, window)
        for (const pair of pairs) uncount(store.pairs, pair, window)
      }
    },
    search(question, { limit = 5, close } = {}) {
      const parsed = parseQuestion(question, speakers)
      const [from, to] = limitsOf(parsed, store.turns) ?? [0, store.turns.length]
      const first = store.turns[from]?.seq ?? 0
      const end = store.turns[to]?.seq ?? Number.POSITIVE_INFINITY
      return rank(store, parsed, limit, close).map((window) => {
        const turns = turnsOf(store, window).filter(
          ({ seq }) => seq >= first && seq < end && bySeq.has(seq),
        )
        return { seqs: turns.map((turn) => turn.seq), turns }
      })
    },
    turn: (seq) => bySeq.get(seq),
    part: (question) =>
      store.turns
        .slice(...(limitsOf(question, store.turns) ?? [0]))
        .filter(({ seq }) => bySeq.has(seq)),
    share: (term) =>
      (store.postings.get(term)?.length ?? 0) / 2 / Math.max(1, store.lengths.length),
    parse: (question) => parseQuestion(question, speakers),
  }
}

/** Terms that follow each other. */
function pairsOf(found: readonly string[]): string[] {
  return found.slice(1).map((t, i) => `${found[i]} ${t}`)
}

/** The last place whose value is no greater; values grow. Whole meetings may be forgotten, turn by turn. */
function lastUpTo<T>(list: readonly T[], value: number, of: (one: T) => number): number {
  let from = 0
  for (let to = list.length; from < to; ) {
    const middle = (from + to) >>> 1
    const one = list[middle]
    if (one !== undefined && of(one) <= value) from = middle + 1
    else to = middle
  }
  return from - 1
}
