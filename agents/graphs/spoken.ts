import type { RoomEvent, RoomEventOf } from '#protocol'
import type { Turn } from '../brain/index.ts'

/** What is said in a room: aloud or in the chat, in public or in private. */
export type Spoken = RoomEventOf<'transcript.final' | 'chat.message'>

/** Whether a person said it, and it was not erased. */
export function isSpoken(event: RoomEvent): event is Spoken {
  return (
    (event.type === 'transcript.final' || event.type === 'chat.message') &&
    event.actor.kind === 'person' &&
    !event.erased
  )
}

export function toTurn({ seq, at, actor, data }: Spoken): Turn {
  return { seq, at, speaker: { id: actor.id, name: actor.name }, text: data.text }
}
