import type { queries } from '#db'
import type { Room } from '../types.ts'
import { fits } from './pattern.ts'

export type Rule = Pick<queries.ArrivalRuleRow, 'join' | 'ownerId' | 'agents' | 'settings'>

/** What holds where no rule says anything: every room, all agents, and the operator owns what is made. */
const byDefault: Rule = { join: true, ownerId: null, agents: {}, settings: {} }

/** The first rule that fits, of rules in their order. */
export function ruleFor(rules: readonly queries.ArrivalRuleRow[], name: string): Rule {
  return rules.find((rule) => fits(rule.pattern, name)) ?? byDefault
}

/** Whoever was first to take a name is not let at what the rule says is another's. */
export function isAnothers(room: Pick<Room, 'owner'>, { ownerId }: Rule): boolean {
  return ownerId !== null && ownerId !== room.owner
}
