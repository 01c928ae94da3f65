import type pg from 'pg'
import { CHECKPOINT_SCHEMA } from './threads.ts'

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
         from langgraph.checkpoints where thread_id = $1
     ), kept as (
       select ns, id, versions from ranked
        where newest and (
          ns !~ ':' or root in (select id from ranked where ns = '' and newest)
        )
     ), dropped as (
       delete from langgraph.checkpoints
        where thread_id = $1 and (checkpoint_ns, checkpoint_id) not in (select ns, id from kept)
       returning 1
     ), writes as (
       delete from langgraph.checkpoint_writes
        where thread_id = $1 and (checkpoint_ns, checkpoint_id) not in (select ns, id from kept)
     ), blobs as (
       delete from langgraph.checkpoint_blobs blob
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
