import type pg from 'pg'
import type { Scopes } from '../scopes.ts'
import { dropThreads } from './drop.ts'
import { pruneCheckpoints } from './prune.ts'

/** What a sweep dropped. */
interface CheckpointSweep {
  /** Threads whose room or case is gone. */
  threads: number
  /** Checkpoints that newer ones of their thread have replaced. */
  checkpoints: number
}

interface SweepOptions {
  /** Epoch ms. */
  now: number
  /** Threads that are younger in their last step are left to the run that may be under way. Default: an hour. */
  idleMs?: number
  /** Threads looked at by one query. Default 500. */
  batch?: number
}

interface Thread {
  thread_id: string
  checkpoints: number
  newest: string
  gone: boolean
}

const HOUR_MS = 3_600_000
/** Of a batch whose threads are all gone. */
const TIMEOUT_MS = 60_000
/** How the ids of rooms look, in the names of threads. */
const ROOM = "'^room:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}:'"

/**
 * Goes through all threads, and drops what a crash kept from being dropped: threads of rooms and cases that are gone, and
 * checkpoints that newer ones have replaced. Threads that wait for a person keep their interrupt.
 */
export async function sweepCheckpoints(
  { checkpoints: pool, withSystem }: Pick<Scopes, 'withSystem'> & { checkpoints: pg.Pool },
  { now, idleMs = HOUR_MS, batch = 500 }: SweepOptions,
): Promise<CheckpointSweep> {
  const swept = { threads: 0, checkpoints: 0 }
  for (let after = ''; ; ) {
    const threads = await nextThreads(pool, after, batch)
    const idle = threads.filter(({ newest }) => Date.parse(newest) <= now - idleMs)
    const gone = idle.filter((thread) => thread.gone).map((thread) => thread.thread_id)
    if (gone.length > 0)
      swept.threads += await withSystem('checkpoints', (tx) => dropThreads(tx, gone), {
        timeoutMs: TIMEOUT_MS,
      })
    for (const thread of idle) {
      if (thread.gone || thread.checkpoints <= 1) continue
      swept.checkpoints += await pruneCheckpoints(pool, thread.thread_id)
    }
    const last = threads.at(-1)
    if (!last || threads.length < batch) return swept
    after = last.thread_id
  }
}

async function nextThreads(pool: pg.Pool, after: string, batch: number): Promise<Thread[]> {
  const { rows } = await pool.query<Thread>(
    `select thread_id, checkpoints, newest, case
              when thread_id ~ ${ROOM} then not exists (
                select from public.rooms where id = split_part(thread_id, ':', 2)::uuid)
              when starts_with(thread_id, 'case:') then not exists (
                select from public.moderation_cases where id = substr(thread_id, 6))
              else false
            end as gone
       from (
         select thread_id, count(*)::integer as checkpoints, max(checkpoint ->> 'ts') as newest
           from langgraph.checkpoints where thread_id > $1
          group by thread_id order by thread_id limit $2
       ) threads
      order by thread_id`,
    [after, batch],
  )
  return rows
}
