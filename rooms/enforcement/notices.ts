import type { EventDraft, RoomEventOf } from '#protocol'
import { POLICY } from '../moderation/drafts.ts'

/** Said to one person alone, and kept in the log. */
export function privately(to: string, text: string): EventDraft {
  return {
    type: 'talkback.said',
    actor: POLICY,
    to,
    data: { agent: POLICY.id, text, voice: false },
  }
}

/** What a moderator did to somebody, in words for a page that only knows LiveKit. None for what needs no words. */
export function wordsOf({ data }: RoomEventOf<'moderation.acted'>): string | undefined {
  const why = data.reason ? `: ${data.reason}` : '.'
  const span =
    data.minutes === undefined
      ? 'until a moderator lifts it'
      : `for ${minutesOf(data.minutes)} ${data.minutes === 1 ? 'minute' : 'minutes'}`
  if (data.action === 'warn') return `A moderator warns you${why}`
  if (data.action === 'mute') return `A moderator muted you ${span}${why}`
  return undefined
}

export const SPEAK_AGAIN =
  'You may speak again. Turn your microphone on; if it stays silent, reload the page.'

const minutesOf = (minutes: number) => Math.round(minutes * 10) / 10
