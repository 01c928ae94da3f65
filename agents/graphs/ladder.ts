import type { CaseView, ModerationPolicy, Rung } from '#protocol'

/** What the local stages found about one text. Holds no words: they are in the log under `evidence`. */
export interface Finding {
  target: string
  categories: string[]
  scores: Record<string, number>
  severity: 'low' | 'high' | 'grave'
  stage: string
  /** For the person: names the rule, never what was said. */
  reason: string
  evidence: number[]
  /** The local stages are unsure, and a model, or a person, has to say so too. */
  unsure: boolean
}

/** One step of the ladder. */
export interface Step {
  action: 'warn' | 'mute' | 'remove'
  /** Absent: until undone. */
  minutes?: number
  /** What the next step would be, for the notice. */
  next?: string
}

/** The parts of a policy that the ladder is made of. */
type Rungs = Pick<
  ModerationPolicy,
  'ladder' | 'grave' | 'strike_decay_minutes' | 'automatic' | 'waits'
>

/** Something not to say aloud, rather than an offence: warned of, and no strike. */
export const SLIPS: ReadonlySet<string> = new Set(['personal_data', 'self_harm'])

/**
 * What is done about a finding, by the strikes that count: the room's policy has a ladder for offences, and another for what
 * is grave. Null: nothing is done.
 */
export function ladder(
  { categories, severity }: Pick<Finding, 'categories' | 'severity'>,
  cases: readonly CaseView[],
  now: number,
  policy: Rungs,
): Step | null {
  const offences = categories.filter((category) => !SLIPS.has(category))
  // talk of harming oneself needs people, not a warning
  if (offences.length === 0) return categories.includes('personal_data') ? { action: 'warn' } : null
  const rungs = severity === 'grave' ? policy.grave : policy.ladder
  const at = Math.min(countStrikes(cases, now, policy.strike_decay_minutes), rungs.length - 1)
  const rung = rungs[at]
  return rung ? stepOn(rung, rungs[at + 1], policy) : null
}

/** What is done in place of a removal that is not sure enough: the harshest step before it. */
export function lesser({ severity }: Pick<Finding, 'severity'>, policy: Rungs): Step {
  const rungs = severity === 'grave' ? policy.grave : policy.ladder
  const milder = rungs.findLast(({ action }) => action !== 'remove')
  return milder ? stepOn(milder, undefined, policy) : { action: 'warn' }
}

/** Whether the policy does this by itself. */
export function actsAlone(
  { action }: Pick<Step, 'action'>,
  { automatic, waits }: Pick<ModerationPolicy, 'automatic' | 'waits'>,
): boolean {
  return automatic && !waits.includes(action)
}

/** The step that a case is. */
export function stepOf({ action, minutes }: CaseView): Step | null {
  return action && { action, ...(minutes === null ? {} : { minutes }) }
}

/** Who moderates the room could undo it anyway, and the room would lose its host by a mistake. */
export function spareModerator(
  step: Step | null,
  { ladder: rungs, grave }: Pick<ModerationPolicy, 'ladder' | 'grave'>,
): Step | null {
  if (step === null || step.action === 'warn') return step
  const mute = step.action === 'mute' ? step : [...rungs, ...grave].find(isMute)
  const minutes = mute === undefined ? SPARED_MINUTES : mute.minutes
  return { action: 'mute', ...(minutes === undefined ? {} : { minutes }) }
}

/** The mute of a moderator in a room whose policy mutes nobody. */
const SPARED_MINUTES = 5
const isMute = ({ action }: Rung) => action === 'mute'

/** Cases that still count: acted upon, not taken back, not old, and not for a slip. Moderators' own count too. */
export function countStrikes(
  cases: readonly CaseView[],
  now: number,
  decayMinutes: number,
): number {
  return cases.filter(
    ({ status, action, categories, opened_at }) =>
      (status === 'acted' || status === 'approved') &&
      action !== null &&
      now - opened_at < decayMinutes * 60_000 &&
      !(categories.length > 0 && categories.every((category) => SLIPS.has(category))),
  ).length
}

function stepOn({ action, minutes }: Rung, next: Rung | undefined, policy: Rungs): Step {
  // what waits for a person is not foretold
  const told = next && actsAlone(next, policy) ? foretold(next) : undefined
  return {
    action,
    ...(minutes === undefined ? {} : { minutes }),
    ...(told === undefined ? {} : { next: told }),
  }
}

function foretold({ action, minutes }: Rung): string | undefined {
  if (action === 'remove') return 'you will be removed from the room'
  if (action === 'warn') return undefined
  return minutes === undefined ? 'you will be muted' : `you will be muted for ${spanOf(minutes)}`
}

/** As a person says it. */
export function spanOf(minutes: number): string {
  return `${rounded(minutes)} ${minutes === 1 ? 'minute' : 'minutes'}`
}

export function rounded(minutes: number): string {
  return `${Math.round(minutes * 100) / 100}`
}
