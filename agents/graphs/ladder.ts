import type { CaseView } from '#protocol'

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
  /** The local stages are unsure, and a model has to say so too. */
  unsure: boolean
}

/** A strike counts for so long. */
export const STRIKE_DECAY_MS = 30 * 60_000
const MUTE_MINUTES = 5
const REMOVE_MINUTES = 60

/** One step of the ladder. */
export interface Step {
  action: 'warn' | 'mute' | 'remove'
  minutes?: number
  /** What the next step would be, for the notice. */
  next?: string
}

/** Something not to say aloud, rather than an offence: warned of, and no strike. */
const SLIPS = new Set(['personal_data', 'self_harm'])

const WARN: Step = { action: 'warn', next: `you will be muted for ${MUTE_MINUTES} minutes` }
const MUTE: Step = {
  action: 'mute',
  minutes: MUTE_MINUTES,
  next: 'you will be removed from the room',
}
const REMOVE: Step = { action: 'remove', minutes: REMOVE_MINUTES }

/**
 * What is done about a finding: the first strike warns, the second mutes, the third removes; what is grave skips the
 * warning, and removes whoever was warned before. Null: nothing is done.
 */
export function ladder(
  { categories, severity }: Pick<Finding, 'categories' | 'severity'>,
  cases: readonly CaseView[],
  now: number,
): Step | null {
  const offences = categories.filter((category) => !SLIPS.has(category))
  // talk of harming oneself needs people, not a warning
  if (offences.length === 0) return categories.includes('personal_data') ? { action: 'warn' } : null
  const strikes = countStrikes(cases, now)
  if (severity === 'grave') return strikes === 0 ? MUTE : REMOVE
  return strikes === 0 ? WARN : strikes === 1 ? MUTE : REMOVE
}

/** The step that a case was. */
export function stepOf({ action, minutes }: CaseView): Step | null {
  return action && { action, ...(minutes === null ? {} : { minutes }) }
}

/** Who moderates the room could undo it anyway, and the room would lose its host by a mistake. */
export function spareModerator(step: Step | null): Step | null {
  return step === null || step.action === 'warn' ? step : { action: 'mute', minutes: MUTE_MINUTES }
}

/** Cases that still count: acted upon, not taken back, not old, and not for a slip. Moderators' own count too. */
export function countStrikes(cases: readonly CaseView[], now: number): number {
  return cases.filter(
    ({ status, action, categories, opened_at }) =>
      (status === 'acted' || status === 'approved') &&
      action !== null &&
      now - opened_at < STRIKE_DECAY_MS &&
      !(categories.length > 0 && categories.every((category) => SLIPS.has(category))),
  ).length
}
