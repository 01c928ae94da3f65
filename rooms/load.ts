import { and, asc, desc, eq, gt, like, sql } from 'drizzle-orm'
import { type Database, type Tx, tables } from '#db'
import type { CaseView, Right, RoomEvent, Summary } from '#protocol'
import { RoomSettings } from '#protocol'
import { CASES_KEPT, caseView } from './cases.ts'
import { ID_KEPT } from './dedupe.ts'
import { type EventRow, toEvent } from './log/rows.ts'
import { readRestrictions } from './restriction-rows.ts'
import type { Restriction } from './restrictions.ts'

/** Everything of a room that its live form starts from. */
export interface StoredRoom {
  id: string
  name: string
  owner: string
  media: 'local' | 'livekit'
  status: 'open' | 'closed'
  epoch: number
  head: number
  keptAfter: number
  openedAt: number
  closedAt: number | undefined
  settings: RoomSettings
  members: [string, Right[]][]
  /** The newest events, contiguous up to the head. */
  recent: RoomEvent[]
  /** Since the room was opened last: who came and went. */
  presence: RoomEvent[]
  optedOut: string[]
  finals: [string, number][]
  commands: [string, RoomEvent][]
  restrictions: Restriction[]
  cases: CaseView[]
  summary: Summary | undefined
}

const RECENT = 1000

/** Reads a room's state from its rows and its log, in one transaction. */
export function loadRoom(
  db: Pick<Database, 'withSystem'>,
  name: string,
  now: number,
): Promise<StoredRoom | undefined> {
  const { rooms, roomEvents: events, roomMembers, moderationCases } = tables
  return db.withSystem('load room', async (tx) => {
    const [room] = await tx.select().from(rooms).where(eq(rooms.name, name))
    if (!room) return undefined
    const inRoom = eq(events.roomId, room.id)
    const toRoomEvent = (row: EventRow) => toEvent(row, room)

    const [opened] = await tx
      .select({ seq: events.seq, at: events.at })
      .from(events)
      .where(and(inRoom, eq(events.type, 'room.opened')))
      .orderBy(desc(events.seq))
      .limit(1)
    const sinceOpened = and(inRoom, gt(events.seq, opened?.seq ?? 0))
    const recent = await tx
      .select()
      .from(events)
      .where(inRoom)
      .orderBy(desc(events.seq))
      .limit(RECENT)
    const presence = await tx
      .select()
      .from(events)
      .where(and(sinceOpened, like(events.type, 'participant.%'), eq(events.erased, false)))
      .orderBy(asc(events.seq))
    // what the log keeps no longer is known by the consents
    const optedOut = await tx.execute<{ id: string }>(sql`
      select id from (
        select distinct on (id) id, opted_out from (
          select actor_id as id, data ->> 'opted_out' = 'true' as opted_out, at, seq from room_events
          where room_id = ${room.id} and type = 'participant.updated' and data ? 'opted_out'
            and type like 'participant.%' -- by which the index is found
          union all
          select user_id, kind = 'opted_out', at, 0 from consents
          where room_id = ${room.id} and kind <> 'told') said
        order by id, at desc, seq desc) latest
      where opted_out`)
    const finals = await tx.execute<{ key: string; seq: string }>(sql`
      select actor_id || chr(10) || (data ->> 'segment') as key, min(seq) as seq from room_events
      where room_id = ${room.id} and seq > ${opened?.seq ?? 0} and type = 'transcript.final'
        and data ? 'segment' group by 1`)
    const commands = await tx
      .select()
      .from(events)
      .where(and(inRoom, gt(events.at, now - ID_KEPT), sql`${events.commandId} is not null`))
      .orderBy(asc(events.seq))
    const members = await tx.select().from(roomMembers).where(eq(roomMembers.roomId, room.id))
    const inItsCases = eq(moderationCases.roomId, room.id)
    const newest = await tx
      .select()
      .from(moderationCases)
      .where(inItsCases)
      .orderBy(desc(moderationCases.openedAt))
      .limit(CASES_KEPT)
    const waiting = await tx
      .select()
      .from(moderationCases)
      .where(and(inItsCases, eq(moderationCases.status, 'open')))
      .orderBy(desc(moderationCases.openedAt))
    const cases = [
      ...newest,
      ...waiting.filter((one) => !newest.some((other) => other.id === one.id)),
    ]

    return {
      id: room.id,
      name: room.name,
      owner: room.ownerId,
      media: room.media === 'livekit' ? 'livekit' : 'local',
      status: room.status,
      epoch: room.epoch,
      head: room.seq,
      keptAfter: room.keptAfter,
      openedAt: opened?.at ?? room.openedAt,
      closedAt: room.closedAt ?? undefined,
      settings: RoomSettings.parse(room.settings),
      members: members.map(({ userId, rights }) => [userId, rights]),
      recent: recent.reverse().map(toRoomEvent),
      presence: presence.map(toRoomEvent),
      optedOut: optedOut.map(({ id }) => id),
      finals: finals.map(({ key, seq }) => [key, Number(seq)]),
      commands: commands.flatMap((row) =>
        row.commandId === null ? [] : [[row.commandId, toRoomEvent(row)]],
      ),
      restrictions: await readRestrictions(tx, room.id, now),
      cases: cases.reverse().map((row) => caseView(row, room.name)),
      summary: await latestSummary(tx, room.id),
    }
  })
}

/** The newest summary that was not erased. */
export async function latestSummary(tx: Tx, roomId: string): Promise<Summary | undefined> {
  const { roomEvents: events } = tables
  const [row] = await tx
    .select({ data: events.data })
    .from(events)
    .where(
      and(eq(events.roomId, roomId), eq(events.type, 'summary.updated'), eq(events.erased, false)),
    )
    .orderBy(desc(events.seq))
    .limit(1)
  return row?.data as Summary | undefined
}
