import { sql } from 'drizzle-orm'
import { dropThreads, type Tx, threadNames } from '#db'
import type { RoomEvent } from '#protocol'
import type { LoggedRoom } from '../log/types.ts'
import { bury } from './tombstones.ts'

/** What a log says by, to or about somebody. */
interface About {
  /** In the order of the log. */
  seqs: number[]
  /** The one of them that goes last, so that a room is found again after a crash: their first coming, if it is there. */
  last: number | undefined
  /** What agents did for them. */
  runs: string[]
  /**
   * Nothing but comings and goings: so it is where a crash came before agents had forgotten what is erased already, and
   * what they made of it may be there still.
   */
  bare: boolean
}

/** Whether an event names a person. */
const names = (userId: string) => sql`(
  event.actor_id = ${userId} or event.to_id = ${userId} or event.data ->> 'target' = ${userId}
  or event.data ->> 'by' = ${userId} or event.data ->> 'asked_by' = ${userId})`

/**
 * Everything in a room's log that is by a person, to them or about them: also what was decided in cases about them, what
 * agents did because they asked, and greetings by their name. Reads the whole log.
 */
async function readAbout(tx: Tx, roomId: string, userId: string): Promise<About> {
  const rows = await tx.execute<{ seq: string; type: string; run: string | null }>(sql`
    with log as (
      select event.*, ${names(userId)} as theirs from room_events event
       where event.room_id = ${roomId} and not event.erased
    ), cases as (
      select data ->> 'case' as id from log where theirs and data ->> 'target' = ${userId}
      union select id from moderation_cases where room_id = ${roomId} and target_id = ${userId}
    ), runs as (
      select data ->> 'run' as id from log where theirs and type = 'run.started'
    ), called as (
      select distinct actor_name as name from log where actor_id = ${userId} and actor_name <> ''
    )
    select seq, type, data ->> 'run' as run from log
     where theirs
        or data ->> 'case' in (select id from cases)
        or data ->> 'run' in (select id from runs)
        or (type = 'talkback.said' and actor_id = 'agent:auto_join'
            and exists (select from called where position(name in data ->> 'text') > 0))
     order by seq`)
  const seqs = rows.map(({ seq }) => Number(seq))
  const came = rows.find(({ type }) => type === 'participant.joined')
  return {
    seqs,
    last: came ? Number(came.seq) : seqs[0],
    bare: rows.every(({ type }) => type.startsWith('participant.')),
    runs: [...new Set(rows.flatMap(({ run }) => run ?? []))],
  }
}

/**
 * Puts tombstones in the place of all that a room's log says of a person, with what agents made of it; `butLast`: but of
 * what goes last.
 */
export async function buryAbout(
  tx: Tx,
  room: LoggedRoom,
  userId: string,
  { butLast = false } = {},
): Promise<{ about: About; tombstones: RoomEvent[] }> {
  const about = await readAbout(tx, room.id, userId)
  const { seqs, last, runs, bare } = about
  await dropThreads(
    tx,
    runs.map((run) => threadNames.question(room.id, run)),
  )
  const going = butLast ? seqs.filter((seq) => seq !== last) : seqs
  const tombstones = await bury(tx, room, going, { anewAfter: bare ? last : undefined })
  return { about, tombstones }
}

/** The rooms in whose logs somebody is. Reads all logs. */
export async function roomsAbout(tx: Tx, userId: string): Promise<{ id: string; name: string }[]> {
  const rows = await tx.execute<{ id: string; name: string }>(sql`
    select id, name from rooms where id in (
      select event.room_id from room_events event where not event.erased and ${names(userId)}
      union select room_id from moderation_cases where target_id = ${userId})
    order by created_at, id`)
  return rows.map(({ id, name }) => ({ id, name }))
}
