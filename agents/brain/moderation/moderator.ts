import { readContext } from './context.ts'
import { createFloodWindow } from './flood.ts'
import { findPersonalData } from './personal.ts'
import { createRules } from './rules.ts'
import { createScorer, type Scorer } from './scorer.ts'
import { findRepetition, findSpam } from './spam.ts'
import {
  type Category,
  categories,
  type Hit,
  type Judged,
  type Severity,
  type Verdict,
} from './types.ts'
import weights from './weights.json' with { type: 'json' }
import { createReader, type Reading } from './words.ts'

interface ModeratorOptions {
  /** Another scorer than the one that comes with the product. */
  scorer?: Scorer
}

/** The scorer's probability from which a text is flagged, and the same where it seems to be reported. */
const sure = 0.6
const surer = 0.94

export interface Moderator {
  judge(judged: Judged): Verdict
}

/** Compiles the tables (some milliseconds) and judges texts with them. No key, no I/O, no clock. */
export function createModerator({
  scorer = createScorer(weights),
}: ModeratorOptions = {}): Moderator {
  const read = createReader()
  const rules = createRules()
  // who said what lately; nothing else is remembered from one text to the next
  const flood = createFloodWindow()

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
      const byRules = hits.some((hit) => hit.score >= 0.5)
      hits.push(suspicion(reading, scorer(reading)))
      return verdict(hits, byRules || !hits.some((hit) => hit.score >= 0.5) ? 'rules' : 'scorer')
    },
  }
}

/**
 * What the scorer thinks, as a hit. On its own it stays `low`: it knows words and company of words, not
 * meaning, and is no ground for acting against a person.
 */
function suspicion(reading: Reading, probability: number): Hit {
  const from = bar(reading)
  const above = probability >= from
  return {
    category: /[GS]/.test(reading.classes)
      ? 'hate'
      : /X/.test(reading.classes)
        ? 'sexual'
        : 'harassment',
    score: above
      ? 0.5 + (0.2 * (probability - from)) / (1 - from)
      : (0.49 * probability) / Math.min(from, 1),
    reason: 'reads like abuse; found by the scorer, not by a rule',
  }
}

/** How sure the scorer must be. More than 1: it may not flag at all. */
function bar({ encoded, classes }: Reading): number {
  const listed = /[SBIJDPFXN]/.test(classes)
  // A group's name is no evidence, nor is it with a word that is harsh only of people ("cut the white wire").
  if (!listed && /[GH]/.test(classes)) return 2
  const { reported, own, mention } = readContext(encoded)
  if (reported || mention) return 2
  if (!listed || own) return surer
  // Profanity aimed at nobody ("this damn build").
  if (!/[SBIJDKMXNVW]/.test(classes) && !person.test(encoded)) return surer
  return sure
}

const person = / (?:[A-Z]*[GO][A-Z]*[^ ]+|you|your|he|she|his|her|him|they|them|their|@) /

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
