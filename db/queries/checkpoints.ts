import { sql } from 'drizzle-orm'
import type pg from 'pg'
import { CHECKPOINT_SCHEMA } from '../checkpoints.ts'
import type { Tx } from '../connection/transaction.ts'

/** The newest, and the one before it. */
const KEPT = 2

/**
 * Drops all but the newest checkpoints of a thread, with the values and writes that only they needed, and answers how
 * many: LangGraph keeps every one, so that a room's thread would grow by one with every run. An open interrupt is in the
 * newest one, so it stays. What a subgraph keeps for one of its runs (a namespace with a task's id) lives as long as the
 * checkpoint that it was run from. Not for threads with a `DeltaChannel`, whose value is in the writes of all checkpoints.
 */
export async function pruneCheckpoints(pool: pg.Pool, threadId: string): Promise<number> {
  const { rows } = await pool.query<{ dropped: number }>(
    `with ranked as (
       select checkpoint_ns as ns, checkpoint_id as id, checkpoint -> 'channel_versions' as versions,
              metadata -> 'parents' ->> '' as root,
              row_number() over (partition by checkpoint_ns order by checkpoint_id desc) <= $2 as newest
         from ${CHECKPOINT_SCHEMA}.checkpoints where thread_id = $1
     ), kept as (
       select ns, id, versions from ranked
        where newest and (
          ns !~ ':' or root in (select id from ranked where ns = '' and newest)
        )
     ), dropped as (
       delete from ${CHECKPOINT_SCHEMA}.checkpoints
        where thread_id = $1 and (checkpoint_ns, checkpoint_id) not in (select ns, id from kept)
       returning 1
     ), writes as (
       delete from ${CHECKPOINT_SCHEMA}.checkpoint_writes
        where thread_id = $1 and (checkpoint_ns, checkpoint_id) not in (select ns, id from kept)
     ), blobs as (
       delete from ${CHECKPOINT_SCHEMA}.checkpoint_blobs blob
        where thread_id = $1 and not exists (
          select 1 from kept, jsonb_each_text(kept.versions) version
           where kept.ns = blob.checkpoint_ns
             and version.key = blob.channel and version.value = blob.version
        )
     )
     select count(*)::integer as dropped from dropped`,
    [threadId, KEPT],
  )
  return rows[0]?.dropped ?? 0
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
