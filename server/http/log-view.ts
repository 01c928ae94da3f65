import type { queries } from '#db'
import type { BlankEvent, RoomEvent } from '#protocol'

/** An entry of a log, which Postgres has cut down to its reader's view, as sockets carry it. */
export function toWireEvent(
  entry: queries.LogEntry,
  room: { name: string; epoch: number },
): RoomEvent | BlankEvent {
  const { seq, at, view, id, type, actor, data, to } = entry
  const place = { room: room.name, epoch: room.epoch, seq }
  if (id === null || actor === null || data === null || view === 'hidden' || view === 'erased')
    return { ...place, at, type: view === 'erased' ? 'erased' : 'hidden' }
  // the type and its data were checked when the event was written
  return { ...place, id, at, type, actor, data, ...(to === null ? {} : { to }) } as RoomEvent
}
