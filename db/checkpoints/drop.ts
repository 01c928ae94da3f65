import { type SQL, sql } from 'drizzle-orm'
import type { Tx } from '../connection/transaction.ts'

// Each is part of a transaction of `withSystem`.

/** Erases threads; answers how many there were. */
export async function dropThreads(tx: Tx, threadIds: readonly string[]): Promise<number> {
  if (threadIds.length === 0) return 0
  const those = sql`thread_id in (select jsonb_array_elements_text(${JSON.stringify(threadIds)}::jsonb))`
  const [found] = await tx.execute<{ count: number }>(
    sql`select count(distinct thread_id)::integer as count from langgraph.checkpoints where ${those}`,
  )
  await drop(tx, those)
  return found?.count ?? 0
}

/** Erases every thread of a room. Reads the whole tables: for erasure, not for every day. */
export async function dropRoomThreads(tx: Tx, roomId: string): Promise<void> {
  await drop(tx, sql`starts_with(thread_id, ${`room:${roomId}:`})`)
}

async function drop(tx: Tx, which: SQL): Promise<void> {
  await tx.execute(sql`delete from langgraph.checkpoint_writes where ${which}`)
  await tx.execute(sql`delete from langgraph.checkpoint_blobs where ${which}`)
  await tx.execute(sql`delete from langgraph.checkpoints where ${which}`)
}

/**
 * Erases the threads that name somebody, and those whose room is gone: what a run wrote at the moment at which all else was
 * erased. What is dropped without need is made anew from the log or from its case. Reads the whole tables.
 */
export async function dropThreadsNaming(tx: Tx, userId: string): Promise<number> {
  const rows = await tx.execute<{ id: string }>(sql`
    with named as (
      select thread_id as id from langgraph.checkpoint_blobs
       where position(convert_to(${userId}, 'UTF8') in blob) > 0
      union select thread_id from langgraph.checkpoint_writes
       where position(convert_to(${userId}, 'UTF8') in blob) > 0
      union select thread_id from langgraph.checkpoints
       where position(${userId} in checkpoint::text || metadata::text) > 0
    ), threads as (
      select thread_id as id from langgraph.checkpoint_blobs
      union select thread_id from langgraph.checkpoint_writes
      union select thread_id from langgraph.checkpoints
    )
    select id from named
    union select id from threads where starts_with(id, 'room:') and not exists (
      select from rooms where rooms.id::text = split_part(threads.id, ':', 2))`)
  await dropThreads(
    tx,
    rows.map(({ id }) => id),
  )
  return rows.length
}
