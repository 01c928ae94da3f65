import { and, asc, eq, gt, inArray, sql } from 'drizzle-orm'
import { type Database, tables } from '#db'
import type { RoomEvent } from '#protocol'
import { toEvent } from './rows.ts'
import type { LoggedRoom } from './types.ts'

/** Events of some types after a seq, oldest first, without those erased. */
export async function readEvents(
  db: Pick<Database, 'withSystem'>,
  room: LoggedRoom,
  types: readonly string[],
  after: number,
  limit: number,
): Promise<RoomEvent[]> {
  const { roomEvents: events } = tables
  const rows = await db.withSystem('read events', (tx) =>
    tx
      .select()
      .from(events)
      .where(
        and(
          eq(events.roomId, room.id),
          gt(events.seq, after),
          inArray(events.type, [...types]),
          sql`not ${events.erased}`,
        ),
      )
      .orderBy(asc(events.seq))
      .limit(limit),
  )
  return rows.map((row) => toEvent(row, room))
}
