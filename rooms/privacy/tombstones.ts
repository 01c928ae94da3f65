import { and, eq, sql } from 'drizzle-orm'
import { dropThreads, type Tx, tables, threadNames } from '#db'
import type { RoomEvent } from '#protocol'
import { toEvent } from '../log/rows.ts'
import type { LoggedRoom } from '../log/types.ts'

/** A whole log may be gone through. */
export const ERASE_TIMEOUT = 120_000

/**
 * Puts tombstones in the place of events, and of all that agents made of them: the words and names go; seq, type and
 * time stay, so that the log keeps no gap. The summary's thread is dropped in the same transaction, so that no crash
 * leaves it behind: where words go. `anewAfter`: what agents made after this seq goes whatever it cites.
 *
 * @returns the tombstones, in no order
 */
export async function bury(
  tx: Tx,
  room: LoggedRoom,
  seqs: readonly number[],
  { anewAfter }: { anewAfter?: number | undefined } = {},
): Promise<RoomEvent[]> {
  const buried = await replace(tx, room, seqs)
  const words = buried.filter(({ type }) => type === 'transcript.final' || type === 'chat.message')
  if (buried.length === 0 && anewAfter === undefined) return []
  const first = words.reduce(
    (least, { seq }) => Math.min(least, seq),
    anewAfter ?? Number.MAX_SAFE_INTEGER,
  )
  const made = await replace(tx, room, await madeOf(tx, room.id, first))
  const quoted = words.length > 0 || made.some(({ type }) => type === 'summary.updated')
  if (quoted || anewAfter !== undefined)
    await dropThreads(tx, [threadNames.workflow(room.id, 'summarization')])
  return [...buried, ...made]
}

async function replace(tx: Tx, room: LoggedRoom, seqs: readonly number[]): Promise<RoomEvent[]> {
  const { roomEvents: events } = tables
  if (seqs.length === 0) return []
  const rows = await tx
    .update(events)
    .set({ erased: true, data: {}, actorId: '', actorName: '', toId: null, commandId: null })
    .where(
      and(
        eq(events.roomId, room.id),
        eq(events.erased, false),
        sql`${events.seq} in (
          select seq::bigint from jsonb_array_elements_text(${JSON.stringify(seqs)}::jsonb) as those(seq))`,
      ),
    )
    .returning()
  return rows.map((row) => toEvent(row, room))
}

/**
 * What quotes something that is erased: answers that cite it, and summaries. Each word of a summary may be theirs, so that
 * all that came after the words go.
 */
async function madeOf(tx: Tx, roomId: string, first: number): Promise<number[]> {
  const cites = (path: string) => sql`exists (
    select from jsonb_path_query(made.data, ${path}) as cited
      join room_events gone on gone.room_id = made.room_id and gone.seq = cited::bigint
     where gone.erased)`
  const rows = await tx.execute<{ seq: string }>(sql`
    select made.seq from room_events made
     where made.room_id = ${roomId} and not made.erased and (
       made.type = 'talkback.said' and ${cites('$.citations[*]')}
       or made.type = 'summary.updated' and (made.seq > ${first} or ${cites('$.*[*].evidence[*]')}))`)
  return rows.map(({ seq }) => Number(seq))
}
