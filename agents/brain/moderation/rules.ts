import { aimed } from './aimed.ts'
import { type Context, negated, readContext } from './context.ts'
import { hate } from './hate.ts'
import { type Pattern, pattern } from './pattern.ts'
import type { Rule } from './rule.ts'
import { selfHarm, sexual } from './sexual.ts'
import { threats } from './threats.ts'
import type { Hit } from './types.ts'
import type { Reading } from './words.ts'

interface Compiled extends Rule {
  compiled: Pattern[]
}

export type Rules = (reading: Reading) => Hit[]

/** Compiles the rules over words once; what it returns is pure. */
export function createRules(): Rules {
  const rules: Compiled[] = [...aimed, ...threats, ...hate, ...sexual, ...selfHarm].map((rule) => ({
    ...rule,
    compiled: rule.patterns.map(pattern),
  }))

  return (reading) => {
    const hits: Hit[] = []
    const words = new Set(reading.words)
    let context: Context | undefined
    for (const rule of rules) {
      if (rule.needs !== undefined && !shares(rule.needs, reading.classes)) continue
      const at = find(rule, reading, words, reading.encoded)
      if (at === undefined) continue
      context ??= readContext(reading.encoded)
      const score = judge(rule, reading, words, context, at)
      if (score > 0) {
        const { category, reason, grave } = rule
        hits.push({ category, score, reason, ...(grave && score >= 0.75 ? { grave } : {}) })
      }
    }
    return hits
  }

  function judge(
    rule: Compiled,
    reading: Reading,
    words: ReadonlySet<string>,
    context: Context,
    at: { negated: boolean },
  ): number {
    const { encoded, unquoted } = reading
    const quotedOnly = encoded !== unquoted && find(rule, reading, words, unquoted) === undefined
    // Nothing but a quotation, or the writer's own words put in marks, is not reported speech.
    const reported = quotedOnly
      ? !context.firstPerson && unquoted.length > 12
      : context.reported && encoded === unquoted
    let score = rule.score
    if (reported) score *= 0.5
    if (rule.weak && (context.own || context.mention)) score *= 0.6
    if (context.own && rule.category === 'hate' && !rule.grave) score *= 0.6
    if (rule.category !== 'self_harm' && at.negated) score *= 0.4
    return score
  }
}

/** Where a rule matches; prefers a match that is not negated. */
function find(
  rule: Compiled,
  reading: Reading,
  words: ReadonlySet<string>,
  encoded: string,
): { negated: boolean } | undefined {
  let seen: { negated: boolean } | undefined
  for (const { regexp, classes, words: needed } of rule.compiled) {
    if (!classes.every((some) => shares(some, reading.classes))) continue
    if (!needed.every((some) => some.some((word) => words.has(word)))) continue
    const found = regexp.exec(encoded)
    if (!found) continue
    // "Women do not deserve to be ...": no call for violence says "not" itself.
    const within = rule.grave && / (?:not|never|nobody) /.test(` ${found[0]}`)
    if (!within && !negated(encoded, found.index, rule.weak ? 2 : 6)) return { negated: false }
    seen = { negated: true }
  }
  return seen
}

function shares(a: string, b: string): boolean {
  for (const c of a) if (b.includes(c)) return true
  return false
}
