import type { ModerationPolicy } from '#protocol'
import { rounded, type Step, spanOf } from './ladder.ts'

/** What the person is told: why, and what comes next; in the room's own words where it has some. Never repeats what was said. */
export function noticeOf(
  { action, minutes, next }: Step,
  reason: string,
  tell: ModerationPolicy['tell'] = {},
): string {
  const fields = { reason, minutes: minutes === undefined ? '' : rounded(minutes) }
  const own = tell[action]?.replace(
    /\{(reason|minutes)\}/g,
    (_, field: keyof typeof fields) => fields[field],
  )
  if (own !== undefined) return own
  const span = minutes === undefined ? 'until a moderator lifts it' : `for ${spanOf(minutes)}`
  const why = reason ? ` (${reason})` : ''
  const then = next === undefined ? '' : ` If it happens again, ${next}.`
  if (action === 'mute')
    return `You are muted ${span}: what you said breaks the rules of this room${why}. You can still read along.${then}`
  if (action === 'remove')
    return `You are removed from this room ${span}: what you said breaks its rules${why}.`
  return `A warning: what you said breaks the rules of this room${why}.${then}`
}
