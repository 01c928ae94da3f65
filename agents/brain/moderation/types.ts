/** What a text can be flagged for. */
export const categories = [
  'harassment',
  'hate',
  'threat',
  'sexual',
  'self_harm',
  'spam',
  'flood',
  'link',
  'personal_data',
] as const

export type Category = (typeof categories)[number]

/**
 * How grave a verdict is.
 * - `low` is recorded and shown to moderators, and is no ground for acting by itself
 * - `high` is a ground for the ladder (warn, mute, remove)
 * - `grave` may be acted upon before a sentence is final
 */
export type Severity = 'none' | 'low' | 'high' | 'grave'

export interface Judged {
  text: string
  speaker: { id: string }
  /** Epoch milliseconds. The moderator reads no clock of its own, so that a room can be replayed. */
  at: number
  /** A partial is judged for the gravest only, and counts for no flood. */
  kind: 'final' | 'partial' | 'chat'
  /** Keeps the flood windows of rooms apart where one moderator serves several. */
  room?: string
}

export interface Verdict {
  flagged: boolean
  categories: Category[]
  /** 0 to 1 for each category; 0.5 and more is flagged. */
  scores: Record<Category, number>
  severity: Severity
  stage: 'rules' | 'scorer'
  /** For the person and the moderators: names the rule, never repeats what was said. */
  reason: string
}

/** What one rule found. */
export interface Hit {
  category: Category
  /** 0 to 1. */
  score: number
  grave?: boolean
  reason: string
}
