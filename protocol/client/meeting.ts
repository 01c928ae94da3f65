import { z } from 'zod'

const turn = z.number().int().nonnegative()

/** A meeting to play: what a file of `npm run replay` holds. Unknown fields are ignored. */
export const Meeting = z.object({
  id: z.string().optional(),
  title: z.string().optional(),
  turns: z
    .array(
      z.object({
        speaker: z.string().min(1),
        text: z.string(),
        at_ms: z.number().nonnegative().optional().describe('start, ms since the meeting began'),
      }),
    )
    .min(1),
  /** Who comes in before which turn; others come in when they first speak. */
  speakers: z.array(z.object({ name: z.string(), joins: turn.optional() })).default([]),
  /** What the moderator does after a turn. `minutes` are the meeting's: they pass at its speed. */
  acts: z
    .array(
      z.object({
        after: turn,
        action: z.enum(['warn', 'mute', 'remove', 'restore']),
        target: z.string(),
        minutes: z.number().positive().optional(),
        reason: z.string().default(''),
      }),
    )
    .default([]),
  /** Questions after a turn; `evidence` are the turns that hold the answer, none when it was not said. */
  asks: z
    .array(
      z.object({
        after: turn,
        question: z.string(),
        by: z.string().optional(),
        private: z.boolean().default(false),
        evidence: z.array(turn).default([]),
      }),
    )
    .default([]),
})
export type Meeting = z.output<typeof Meeting>

/** Ordinary speech. */
const WORDS_PER_MINUTE = 150

/** How long it takes to say a text, ms. */
export function speakingTime(text: string): number {
  return (countWords(text) * 60_000) / WORDS_PER_MINUTE
}

function countWords(text: string): number {
  return text.split(/\s+/).filter((word) => word.length > 0).length
}

/** What is understood of a text while it is still being said: one or two beginnings of a long one. */
export function beginnings(text: string): string[] {
  const words = text.trim().split(/\s+/)
  const parts = words.length > 30 ? [1 / 3, 2 / 3] : words.length > 12 ? [1 / 2] : []
  return parts.map((part) => words.slice(0, Math.floor(words.length * part)).join(' '))
}
