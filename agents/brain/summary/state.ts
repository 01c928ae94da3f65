/** Bounds of what a summary keeps, so that its size never follows the meeting's. */
export const BOUNDS = {
  /** JSON of the whole state, in UTF-8 bytes. */
  bytes: 32_000,
  terms: 300,
  phrases: 110,
  segments: 9,
  segmentTerms: 14,
  candidates: 4,
  decisions: 20,
  actions: 24,
  open: 3,
  people: 40,
  recentTurns: 8,
  recentChars: 220,
  sentenceChars: 280,
  itemChars: 200,
  evidence: 6,
}

/** A sentence that may stand for its part of the meeting. */
export interface Candidate {
  seq: number
  who: string
  text: string
}

/** A stretch of turns on one topic. */
export interface Segment {
  from: number
  to: number
  turns: number
  /** Stems and how often they came, the most frequent only. */
  terms: Record<string, number>
  candidates: Candidate[]
}

export interface Decision {
  text: string
  who: string
  evidence: number[]
  /** Index of the turn, counted from the meeting's start, that last touched it. */
  touched: number
  at: number
}

export interface Action {
  text: string
  who?: string
  due?: string
  evidence: number[]
  touched: number
  at: number
}

/** What somebody said to be undecided, or asked. */
export interface OpenPoint {
  text: string
  who: string
  seq: number
}

/** A turn as the next ones may need it: to whom "yes" answers, what "let's do that" means. */
interface Recent {
  seq: number
  who: string
  text: string
}

/** Something asked for that becomes an action item, or changes one, when somebody says yes. */
interface Pending {
  /** Index of the turn that asked. */
  turn: number
  seq: number
  /** Who was asked; absent: whoever answers. */
  to?: string
  by: string
  clause?: string
  due?: string
  /** Offered by `by` rather than asked of somebody: another one's "please do" makes it a promise. */
  offer?: true
  /** The offer was a question. */
  asked?: true
  /** Asked of nobody in particular. */
  wanted?: true
  /** Put to the others to be decided. */
  decide?: string
}

/** A room's rolling summary: plain JSON, bounded, made only from what is new and what it was. */
export interface SummaryState {
  /** Seq of the last turn taken in; 0 before the first. */
  upto: number
  turns: number
  /** Stem to how often it came and how it was last written. */
  terms: Record<string, [count: number, written: string]>
  /** The same of two words that follow each other ("remote control"). */
  phrases: Record<string, [count: number, written: string]>
  segments: Segment[]
  /** Terms of the latest turns, to notice that the topic has changed. */
  window: string[][]
  decisions: Decision[]
  actions: Action[]
  open: OpenPoint[]
  people: string[]
  recent: Recent[]
  pending: Pending | null
  /** Bytes that are free for sure. */
  slack: number
}

export function emptySummary(): SummaryState {
  return {
    upto: 0,
    turns: 0,
    terms: {},
    phrases: {},
    segments: [],
    window: [],
    decisions: [],
    actions: [],
    open: [],
    people: [],
    recent: [],
    pending: null,
    slack: 0,
  }
}
