import { sql } from 'drizzle-orm'
import type pg from 'pg'
import { CHECKPOINT_SCHEMA } from '../checkpoints.ts'
import type { Tx } from '../connection/transaction.ts'

/** The newest, and the one before it. */
const KEPT = 2

/**
 * Drops all but the newest checkpoints of a thread, with the values and writes that only they needed:
 * LangGraph keeps every one, so that a room's thread would grow by one with every run.
 */
export async function pruneCheckpoints(pool: pg.Pool, threadId: string): Promise<void> {
  await pool.query(
    `with kept as (
       select checkpoint_ns, checkpoint_id, checkpoint from ${CHECKPOINT_SCHEMA}.checkpoints
       where thread_id = $1 order by checkpoint_id desc limit $2
     ), checkpoints as (
       delete from ${CHECKPOINT_SCHEMA}.checkpoints
       where thread_id = $1
         and (checkpoint_ns, checkpoint_id) not in (select checkpoint_ns, checkpoint_id from kept)
     ), writes as (
       delete from ${CHECKPOINT_SCHEMA}.checkpoint_writes
       where thread_id = $1
         and (checkpoint_ns, checkpoint_id) not in (select checkpoint_ns, checkpoint_id from kept)
     )
     delete from ${CHECKPOINT_SCHEMA}.checkpoint_blobs blob
     where thread_id = $1 and not exists (
       select 1 from kept, jsonb_each_text(kept.checkpoint -> 'channel_versions') version
       where kept.checkpoint_ns = blob.checkpoint_ns
         and version.key = blob.channel and version.value = blob.version
     )`,
    [threadId, KEPT],
  )
}

/** What all threads take on disk, with their indexes, bytes. */
export async function measureCheckpoints(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ bytes: string }>(
    `select coalesce(sum(pg_total_relation_size(oid)), 0) as bytes from pg_class
     where relnamespace = $1::regnamespace and relkind = 'r'`,
    [CHECKPOINT_SCHEMA],
  )
  return Number(rows[0]?.bytes)
}

/** Erases every thread whose id begins so. Reads the whole tables: for erasure, not for every day. */
export async function dropCheckpoints(pool: pg.Pool, prefix: string): Promise<void> {
  for (const table of ['checkpoint_writes', 'checkpoint_blobs', 'checkpoints'])
    await pool.query(`delete from ${CHECKPOINT_SCHEMA}.${table} where starts_with(thread_id, $1)`, [
      prefix,
    ])
}

/** How threads are named: whoever erases what they were made of drops them in the same transaction. */
export const threadNames = {
  /** A room's one thread of a workflow. */
  workflow: (roomId: string, workflow: string) => `room:${roomId}:${workflow}`,
  question: (roomId: string, run: string) => `room:${roomId}:qa:${run}`,
  case: (caseId: string) => `case:${caseId}`,
}

const TABLES = ['checkpoint_writes', 'checkpoint_blobs', 'checkpoints'].map((table) =>
  sql.raw(`${CHECKPOINT_SCHEMA}.${table}`),
)

/** Erases threads as part of a transaction; answers how many there were. Only in `withSystem`. */
export async function dropThreads(tx: Tx, threadIds: readonly string[]): Promise<number> {
  if (threadIds.length === 0) return 0
  const those = sql`select jsonb_array_elements_text(${JSON.stringify(threadIds)}::jsonb)`
  const found = await tx.execute<{ count: number }>(
    sql`select count(distinct thread_id)::integer as count from ${TABLES[2]} where thread_id in (${those})`,
  )
  for (const table of TABLES)
    await tx.execute(sql`delete from ${table} where thread_id in (${those})`)
  return found[0]?.count ?? 0
}

/** Erases every thread of a room as part of a transaction. Reads the whole tables. */
export async function dropRoomThreads(tx: Tx, roomId: string): Promise<void> {
  for (const table of TABLES)
    await tx.execute(sql`delete from ${table} where starts_with(thread_id, ${`room:${roomId}:`})`)
}
