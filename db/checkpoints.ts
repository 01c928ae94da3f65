import pg from 'pg'
import { forNodePostgres } from './connection/url.ts'
import type { Log } from './log.ts'

/** Where LangGraph keeps its checkpoints. */
export const CHECKPOINT_SCHEMA = 'langgraph'

/**
 * The pool of LangGraph's checkpointer, which brings its own client. It acts as hub_system, who owns
 * the schema. Both listeners matter: without them a connection that is lost, idle or between two
 * queries of a transaction, ends the process.
 */
export function createCheckpointPool(url: string, log: Log): pg.Pool {
  const pool = new pg.Pool({
    connectionString: forNodePostgres(url),
    max: 8,
    options: '-c role=hub_system -c lock_timeout=2000 -c statement_timeout=10000',
    application_name: 'auralink-checkpoints',
    connectionTimeoutMillis: 2_000,
    query_timeout: 11_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
  })
  const lost = (error: Error) =>
    log.warn({ code: codeOf(error) }, 'a checkpoint connection was lost')
  pool.on('error', lost)
  pool.on('connect', (client) => client.on('error', lost))
  return pool
}

/**
 * Drops all but the newest two checkpoints of a thread, with the blobs and writes that were only theirs.
 * The thread must not be running meanwhile.
 */
export async function pruneCheckpoints(pool: pg.Pool, thread: string): Promise<void> {
  // one statement: all parts see the same state, and none is left half done
  await pool.query(
    `with ranked as (
       select checkpoint_ns, checkpoint_id, checkpoint,
              row_number() over (partition by checkpoint_ns order by checkpoint_id desc) <= 2 as kept
         from langgraph.checkpoints where thread_id = $1
     ), used as (
       select distinct checkpoint_ns, version.key as channel, version.value as version
         from ranked, jsonb_each_text(checkpoint -> 'channel_versions') version where kept
     ), blobs as (
       delete from langgraph.checkpoint_blobs blob where thread_id = $1
          and not exists (
            select from used where (used.checkpoint_ns, used.channel, used.version)
                                 = (blob.checkpoint_ns, blob.channel, blob.version))
     ), writes as (
       delete from langgraph.checkpoint_writes write using ranked where thread_id = $1 and not kept
          and (write.checkpoint_ns, write.checkpoint_id)
            = (ranked.checkpoint_ns, ranked.checkpoint_id)
     )
     delete from langgraph.checkpoints old using ranked where old.thread_id = $1 and not kept
        and (old.checkpoint_ns, old.checkpoint_id) = (ranked.checkpoint_ns, ranked.checkpoint_id)`,
    [thread],
  )
}

/** Drops every thread whose id starts with `prefix`. */
export async function dropCheckpoints(pool: pg.Pool, prefix: string): Promise<void> {
  await pool.query(
    `with writes as (
       delete from langgraph.checkpoint_writes where starts_with(thread_id, $1)
     ), blobs as (
       delete from langgraph.checkpoint_blobs where starts_with(thread_id, $1)
     )
     delete from langgraph.checkpoints where starts_with(thread_id, $1)`,
    [prefix],
  )
}

function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
