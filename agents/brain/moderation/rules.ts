import { aimed } from './aimed.ts'
import { negated, readContext } from './context.ts'
import { hate } from './hate.ts'
import { pattern } from './pattern.ts'
import type { Rule } from './rule.ts'
import { selfHarm, sexual } from './sexual.ts'
import { threats } from './threats.ts'
import type { Hit } from './types.ts'
import type { Reading } from './words.ts'

interface Compiled extends Rule {
  compiled: RegExp[]
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
    const context = readContext(reading.encoded)
    for (const rule of rules) {
      if (rule.needs !== undefined && !shares(rule.needs, reading.classes)) continue
      const score = judge(rule, reading, context)
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
    context: ReturnType<typeof readContext>,
  ): number {
    const { encoded, unquoted } = reading
    const at = find(rule, encoded)
    if (at === undefined) return 0
    const lowered = context.reported && (encoded === unquoted || find(rule, unquoted) === undefined)
    let score = rule.score
    if (lowered) score *= 0.5
    if (rule.weak && (context.own || context.mention)) score *= 0.6
    if (context.own && rule.category === 'hate' && !rule.grave) score *= 0.6
    if (rule.category !== 'self_harm' && at.negated) score *= 0.4
    return score
  }
}

/** Where a rule matches; prefers a match that is not negated. */
function find(rule: Compiled, encoded: string): { negated: boolean } | undefined {
  let seen: { negated: boolean } | undefined
  for (const regexp of rule.compiled) {
    const found = regexp.exec(encoded)
    if (!found) continue
    if (!negated(encoded, found.index)) return { negated: false }
    seen = { negated: true }
  }
  return seen
}

function shares(a: string, b: string): boolean {
  for (const c of a) if (b.includes(c)) return true
  return false
}
