import type { ModerationPolicy } from '#protocol'
import { type Step, spanOf } from './ladder.ts'

/** What the person is told: why, and what comes next; in the room's own words where it has some. Never repeats what was said. */
export function noticeOf(
  { action, minutes, next }: Step,
  reason: string,
  tell: ModerationPolicy['tell'] = {},
): string {
  const own = tell[action]
  const span = minutes === undefined ? 'until a moderator lifts it' : `for ${spanOf(minutes)}`
  if (own !== undefined)
    return own.replace(/\{(reason|minutes)\}/g, (_, field) =>
      field === 'reason'
        ? reason
        : minutes === undefined
          ? ''
          : `${Math.round(minutes * 100) / 100}`,
    )
  const why = reason ? ` (${reason})` : ''
  const then = next === undefined ? '' : ` If it happens again, ${next}.`
  if (action === 'mute')
    return `You are muted ${span}: what you said breaks the rules of this room${why}. You can still read along.${then}`
  if (action === 'remove')
    return `You are removed from this room ${span}: what you said breaks its rules${why}.`
  return `A warning: what you said breaks the rules of this room${why}.${then}`
}
