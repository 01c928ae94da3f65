import { createFloodWindow, type FloodLimits, type FloodWindow } from './flood.ts'
import { findPersonalData } from './personal.ts'
import { createRules } from './rules.ts'
import { findRepetition, findSpam } from './spam.ts'
import {
  type Category,
  categories,
  type Hit,
  type Judged,
  type Severity,
  type Verdict,
} from './types.ts'
import { createReader } from './words.ts'

export interface ModeratorOptions {
  /** Who said what lately; its own by default. Nothing else is remembered from one text to the next. */
  flood?: FloodWindow
  /** Bounds of its own flood window. */
  limits?: Partial<FloodLimits>
}

export interface Moderator {
  judge(judged: Judged): Verdict
}

/** Compiles the tables (some milliseconds) and judges texts with them. No key, no I/O, no clock. */
export function createModerator(options: ModeratorOptions = {}): Moderator {
  const read = createReader()
  const rules = createRules()
  const flood = options.flood ?? createFloodWindow(options.limits)

  return {
    judge({ text, speaker, at, kind, room = '' }) {
      const reading = read(text)
      const hits = rules(reading)
      if (kind === 'partial')
        return verdict(
          hits.filter((hit) => hit.grave),
          'rules',
        )
      const chat = kind === 'chat'
      hits.push(...findPersonalData(text))
      if (chat) hits.push(...findSpam(text), ...findRepetition(reading.words))
      const { flood: flooding, repeated } = flood.count(
        `${room}\n${speaker.id}`,
        at,
        chat,
        reading.words,
      )
      if (flooding)
        hits.push({ category: 'flood', score: 0.8, reason: 'many messages in a short time' })
      if (repeated)
        hits.push({ category: 'spam', score: 0.75, reason: 'the same message again and again' })
      return verdict(hits, 'rules')
    },
  }
}

function verdict(hits: Hit[], stage: Verdict['stage']): Verdict {
  const scores = Object.fromEntries(categories.map((c) => [c, 0])) as Record<Category, number>
  for (const { category, score } of hits) scores[category] = Math.max(scores[category], score)
  const [worst] = [...hits].sort(
    (a, b) => Number(b.grave ?? 0) - Number(a.grave ?? 0) || b.score - a.score,
  )
  const flagged = categories.filter((c) => scores[c] >= 0.5)
  return {
    flagged: flagged.length > 0,
    categories: flagged,
    scores,
    severity: worst ? severity(worst) : 'none',
    stage,
    reason: worst && worst.score >= 0.5 ? worst.reason : '',
  }
}

function severity(hit: Hit): Severity {
  if (hit.score < 0.5) return 'none'
  if (hit.category === 'self_harm' || hit.category === 'personal_data') return 'low'
  if (hit.grave) return 'grave'
  return hit.score >= 0.75 ? 'high' : 'low'
}
