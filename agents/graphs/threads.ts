import type { BaseCheckpointSaver } from '@langchain/langgraph'
import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres'
import { CHECKPOINT_SCHEMA, type Database, dropRoomThreads, pruneCheckpoints } from '#db'
import { createKeyedLock } from '#rooms'

/** Longest time of a look through all threads, ms. */
const TIMEOUT_MS = 10_000

/** Where the graphs keep their threads. */
export interface Threads {
  readonly saver: BaseCheckpointSaver
  /** Runs of one thread come one after another, in the order of the calls. */
  serially<T>(thread: string, run: () => Promise<T>): Promise<T>
  /** Drops all but the newest two checkpoints, so that a thread stays as small as it began. */
  prune(thread: string): Promise<void>
  drop(thread: string): Promise<void>
  /** Drops every thread of a room. */
  dropRoom(roomId: string): Promise<void>
}

/** Threads in Postgres; the tables are made by the migrations. */
export function createThreads({
  checkpoints,
  withSystem,
}: Pick<Database, 'checkpoints' | 'withSystem'>): Threads {
  const saver = new PostgresSaver(checkpoints, undefined, { schema: CHECKPOINT_SCHEMA })
  return {
    saver,
    serially: createKeyedLock(),
    prune: async (thread) => {
      await pruneCheckpoints(checkpoints, thread)
    },
    drop: (thread) => saver.deleteThread(thread),
    dropRoom: (roomId) =>
      withSystem('erase room', (tx) => dropRoomThreads(tx, roomId), { timeoutMs: TIMEOUT_MS }),
  }
}
