import type { tables } from '#db'
import type { RoomEvent } from '#protocol'

export type EventRow = typeof tables.roomEvents.$inferSelect

/** A row of the log as the event that it holds. It was checked when it was written. */
export function toEvent(row: EventRow, room: { name: string; epoch: number }): RoomEvent {
  return {
    room: room.name,
    epoch: room.epoch,
    seq: row.seq,
    id: row.id,
    at: row.at,
    type: row.type,
    actor: { id: row.actorId, name: row.actorName, kind: row.actorKind },
    data: row.data,
    ...(row.toId === null ? {} : { to: row.toId }),
    ...(row.erased ? { erased: true } : {}),
  } as RoomEvent
}
