import { and, eq, isNotNull, lte, not, type SQL, sql } from 'drizzle-orm'
import { type Database, dropThreads, type Tx, tables, threadNames } from '#db'
import type { RoomEvent } from '#protocol'
import { isNeeded } from './rows.ts'
import { bury, ERASE_TIMEOUT } from './tombstones.ts'

/** Rows that are deleted by one transaction. */
const BATCH = 5_000

const { rooms, roomEvents: events, moderationCases: cases } = tables

/** What a room does not keep any longer. */
export interface Outlived {
  /** Events up to here are gone. */
  keptAfter: number
  /** Events that go, of which others may remember the words. */
  words: number[]
  /** In the places of those that an open room cannot let go of, and of what agents made of the others. */
  tombstones: RoomEvent[]
  /** Decided cases that are as old. */
  cases: string[]
}

/**
 * Ends what a room knows at a time: from then on the log begins after `keptAfter`. What came since an open room was opened
 * keeps its place, as tombstones, but for the opening itself and whoever is here.
 */
export function outlive(
  db: Pick<Database, 'withSystem'>,
  roomId: string,
  { before, present }: { before: number; present: readonly string[] },
): Promise<Outlived | undefined> {
  return db.withSystem(
    'retention',
    async (tx) => {
      const [room] = await tx.select().from(rooms).where(eq(rooms.id, roomId))
      if (!room) return undefined
      const [first] = await tx.execute<{ seq: string }>(sql`
        select seq from room_events
         where room_id = ${roomId} and seq > ${room.keptAfter} and at >= ${before} order by seq limit 1`)
      const old = first ? Number(first.seq) - 1 : room.seq
      const opening = room.status === 'open' ? await openedAt(tx, roomId) : undefined
      const keptAfter = Math.max(room.keptAfter, Math.min(old, (opening ?? room.seq + 1) - 1))
      const words = await seqsOf(
        tx,
        sql`
        select seq from room_events
         where room_id = ${roomId} and seq > ${room.keptAfter} and seq <= ${old} and not erased
           and type in ('transcript.final', 'chat.message', 'talkback.said')`,
      )
      await keepOptOuts(tx, roomId, old)
      await tx.update(rooms).set({ keptAfter }).where(eq(rooms.id, roomId))
      const outlived = await seqsOf(
        tx,
        sql`
        select seq from room_events
         where room_id = ${roomId} and seq > ${keptAfter} and seq <= ${old} and not erased
           and type <> 'room.opened' and not (type like 'participant.%'
             and actor_id in (select jsonb_array_elements_text(${JSON.stringify(present)}::jsonb)))`,
      )
      const made = words.length > 0 ? await madeBefore(tx, roomId, old) : []
      const tombstones = await bury(tx, room, [...outlived, ...made])
      if (words.length > 0) await dropThreads(tx, [threadNames.workflow(roomId, 'summarization')])
      return { keptAfter, words, tombstones, cases: await dropCases(tx, roomId, before) }
    },
    { timeoutMs: ERASE_TIMEOUT },
  )
}

/** Deletes what the log begins after, a few at a time. Answers how many rows went; goes on where a crash left it. */
export async function deleteOutlived(
  db: Pick<Database, 'withSystem'>,
  roomId: string,
): Promise<number> {
  for (let deleted = 0; ; ) {
    const { count } = await db.withSystem(
      'retention',
      (tx) =>
        tx.execute(sql`
          delete from room_events where room_id = ${roomId} and seq in (
            select event.seq from room_events event
              join rooms on rooms.id = event.room_id and event.seq <= rooms.kept_after
             where event.room_id = ${roomId} order by event.seq limit ${BATCH})`),
      { timeoutMs: ERASE_TIMEOUT },
    )
    deleted += count
    if (count < BATCH) return deleted
  }
}

async function openedAt(tx: Tx, roomId: string): Promise<number | undefined> {
  const [opened] = await tx
    .select({ seq: sql<string>`max(${events.seq})` })
    .from(events)
    .where(and(eq(events.roomId, roomId), eq(events.type, 'room.opened')))
  return opened?.seq ? Number(opened.seq) : undefined
}

async function seqsOf(tx: Tx, query: SQL): Promise<number[]> {
  return (await tx.execute<{ seq: string }>(query)).map(({ seq }) => Number(seq))
}

/** Who does not want to be transcribed does not want it still when what they said of it is gone. */
async function keepOptOuts(tx: Tx, roomId: string, upto: number): Promise<void> {
  await tx.execute(sql`
    insert into consents (room_id, user_id, kind, at)
    select room_id, actor_id, case data ->> 'opted_out' when 'true' then 'opted_out' else 'opted_in' end, at
      from room_events said
     where room_id = ${roomId} and seq <= ${upto} and type = 'participant.updated' and data ? 'opted_out'
       and type like 'participant.%' -- by which the index is found
       and not exists (
         select from consents kept
          where kept.room_id = said.room_id and kept.user_id = said.actor_id and kept.at = said.at
            and kept.kind <> 'told')`)
}

/** What agents made later of what was said until then: every summary, and what cites it. */
function madeBefore(tx: Tx, roomId: string, upto: number): Promise<number[]> {
  return seqsOf(
    tx,
    sql`
    select seq from room_events
     where room_id = ${roomId} and seq > ${upto} and not erased and (
       type = 'summary.updated'
       or type = 'talkback.said' and exists (
         select from jsonb_path_query(data, '$.citations[*]') as cited where cited::bigint <= ${upto}))`,
  )
}

/** But those by which something holds. */
async function dropCases(tx: Tx, roomId: string, before: number): Promise<string[]> {
  const gone = await tx
    .delete(cases)
    .where(
      and(
        eq(cases.roomId, roomId),
        isNotNull(cases.decidedAt),
        lte(cases.openedAt, before),
        not(isNeeded(sql`room_id = ${roomId}`, before)),
      ),
    )
    .returning({ id: cases.id })
  return gone.map(({ id }) => id)
}

/** Rooms that keep what is said for some days only. */
export async function roomsThatForget(db: Pick<Database, 'withSystem'>) {
  const rows = await db.withSystem('retention', (tx) =>
    tx.execute<{ id: string; name: string; days: number; open: boolean }>(sql`
      select id, name, (settings ->> 'retention_days')::integer as days, status = 'open' as open
        from rooms where settings ->> 'retention_days' is not null order by created_at, id`),
  )
  return [...rows]
}
