import type { EventDraft, RoomSettings } from '#protocol'
import { SYSTEM } from '../core.ts'

/**
 * What is kept, in words: everyone is told before anything is, in the chat, which the log, the page and LiveKit's
 * clients all show. `to`: for one who came later.
 */
export function recordingNotice(
  { record, record_days: days }: Pick<RoomSettings, 'record' | 'record_days'>,
  to?: string,
): EventDraft {
  const time = days === 1 ? 'a day' : `${days} days`
  const opting = 'Who opts out of transcription is not recorded.'
  const text = {
    off: 'Recording has ended.',
    cases: `Sound is kept around moderation cases: what the person concerned says, from 20 seconds before until 10 seconds after, for ${time}. The room's moderators can listen to it. ${opting}`,
    meeting: `This meeting is being recorded: what each person says is kept for ${time}. The room's moderators can listen to it. ${opting}`,
  }[record]
  return {
    ...{ type: 'chat.message', actor: SYSTEM, data: { text } },
    ...(to === undefined ? {} : { to }),
  }
}
