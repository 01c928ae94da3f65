import { and, asc, eq, gt, type SQL, sql } from 'drizzle-orm'
import { type Database, isUnavailable, tables } from '#db'
import { toEvent } from './rows.ts'
import type { LogStore, RoomBatch } from './types.ts'

/** Thrown inside an append's transaction to undo what came with it. */
class FenceLost extends Error {}

/**
 * Answers that say "not now" rather than "never": the append waits, since to give it up here could mean
 * to give up one whose first attempt is still under way in another backend.
 */
const NOT_NOW = new Set([
  '25006', // read only: a standby, for as long as the failover takes
  '40001', // serialization failure
  '40P01', // deadlock
  '53100', // disk full
  '53200', // out of memory
  '55P03', // lock not available in time
  '57014', // statement took too long
])

/** The logs' home: `room_events`, written under the fence of the node's lease. */
export function createPostgresStore(
  db: Pick<Database, 'withSystem'>,
  lease: () => { nodeId: string; fence: number },
): LogStore {
  return {
    isUnavailable: (error) => isUnavailable(error) || NOT_NOW.has(codeOf(error)),

    async append(batches, also) {
      const { nodeId, fence } = lease()
      try {
        return await db.withSystem('append', async (tx) => {
          await also?.(tx)
          // One statement: rooms whose fence holds get their new head, and only their rows are written.
          const held = await tx.execute<{ id: string }>(sql`
            with held as (
              update rooms set seq = batch.head
              from jsonb_to_recordset(${headsOf(batches)}::jsonb)
                as batch(room_id uuid, fence bigint, head bigint)
              where rooms.id = batch.room_id and rooms.fence = batch.fence
                and exists (
                  select from nodes where nodes.id = ${nodeId} and nodes.fence = ${fence}
                    and nodes.expires_at > clock_timestamp())
              returning rooms.id
            ), written as (
              insert into room_events
                (room_id, seq, id, at, type, actor_id, actor_name, actor_kind, to_id, data, command_id)
              select entry.* from jsonb_to_recordset(${rowsOf(batches)}::jsonb) as entry(
                room_id uuid, seq bigint, id text, at bigint, type text, actor_id text,
                actor_name text, actor_kind text, to_id text, data jsonb, command_id text)
              join held on held.id = entry.room_id
            )${consented(batches)}
            select id from held`)
          if (also && held.length < batches.length) throw new FenceLost()
          return new Set(held.map((row) => row.id))
        })
      } catch (error) {
        if (error instanceof FenceLost) return new Set()
        throw error
      }
    },

    async landed(batches) {
      const firsts = batches.map((batch) => ({
        room_id: batch.roomId,
        id: batch.rows[0]?.event.id,
      }))
      return db.withSystem('settle append', async (tx) => {
        // The row lock waits for an append of ours that is still running on a lost connection.
        await tx.execute(sql`
          select id from rooms where id in (
            select room_id from jsonb_to_recordset(${JSON.stringify(firsts)}::jsonb) as first(room_id uuid))
          order by id for update`)
        const found = await tx.execute<{ room_id: string }>(sql`
          select room_id from room_events
          join jsonb_to_recordset(${JSON.stringify(firsts)}::jsonb) as first(room_id uuid, id text)
            using (room_id, id)`)
        return new Set(found.map((row) => row.room_id))
      })
    },

    async read(room, after, limit) {
      const events = tables.roomEvents
      const rows = await db.withSystem('read log', (tx) =>
        tx
          .select()
          .from(events)
          .where(and(eq(events.roomId, room.id), gt(events.seq, after)))
          .orderBy(asc(events.seq))
          .limit(limit),
      )
      return rows.map((row) => toEvent(row, room))
    },
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

function headsOf(batches: RoomBatch[]): string {
  return JSON.stringify(
    batches.map(({ roomId, fence, head }) => ({ room_id: roomId, fence, head })),
  )
}

/** Part of the statement only where somebody consents: most batches hold words. */
function consented(batches: RoomBatch[]): SQL {
  const rows = batches.flatMap(({ roomId, rows, consents = [] }) =>
    consents.map(({ userId, kind }) => ({
      ...{ room_id: roomId, user_id: userId, kind },
      at: rows.at(-1)?.event.at ?? 0,
    })),
  )
  if (rows.length === 0) return sql``
  return sql`, consented as (
    insert into consents (room_id, user_id, kind, at)
    select consent.* from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as consent(
      room_id uuid, user_id text, kind text, at bigint)
    join held on held.id = consent.room_id
  )`
}

function rowsOf(batches: RoomBatch[]): string {
  return JSON.stringify(
    batches.flatMap((batch) =>
      batch.rows.map(({ event, commandId }) => ({
        room_id: batch.roomId,
        seq: event.seq,
        id: event.id,
        at: event.at,
        type: event.type,
        actor_id: event.actor.id,
        actor_name: event.actor.name,
        actor_kind: event.actor.kind,
        to_id: event.to ?? null,
        data: event.data,
        command_id: commandId ?? null,
      })),
    ),
  )
}
