import type { Logger } from 'pino'
import { type DurableType, durableEvents } from '#protocol'
import type { Room } from '#rooms'

/** How far back a log is read for who was there. */
const LOOK_BACK = 1_000
/** Shorter than this nobody misses a word, ms. */
const NOTICED_MS = 500

/** Writes into the log that nobody was heard for a time, epoch ms. */
export function tellGap(
  { room, log }: { room: Room; log: Logger },
  gap: { from: number; to: number; reason: string },
): void {
  if (gap.to - gap.from < NOTICED_MS || room.status !== 'open') return
  room.missed(gap).catch((err) => log.warn({ err }, 'what nobody heard was not written'))
}

/**
 * Since when nobody was heard whom an earlier hub, which ended before `startedAt`, had in the room by LiveKit: the time
 * of the last that it wrote. Undefined when nobody was there.
 */
export async function unheardSince(room: Room, startedAt: number): Promise<number | undefined> {
  const types = Object.keys(durableEvents) as DurableType[]
  const events = await room.read(types, Math.max(0, room.head - LOOK_BACK), LOOK_BACK)
  const people = new Set<string>()
  let last: number | undefined
  for (const { at, type, data, actor } of events) {
    if (at >= startedAt) {
      // told already
      if (type === 'transcript.gap' && actor.kind === 'system') return undefined
      continue
    }
    last = at
    if (type === 'participant.joined' && data.media === 'livekit') people.add(actor.id)
    if (type === 'participant.left') people.delete(actor.id)
    if (type === 'room.closed') people.clear()
  }
  return people.size > 0 ? last : undefined
}
