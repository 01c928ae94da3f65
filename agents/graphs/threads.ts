import { type BaseCheckpointSaver, MemorySaver } from '@langchain/langgraph'
import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres'
import { CHECKPOINT_SCHEMA, type Database, dropCheckpoints, pruneCheckpoints } from '#db'
import type { Workflow } from '#protocol'

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

/** A room's one thread of a workflow. */
export const roomThread = (roomId: string, workflow: Workflow) => `room:${roomId}:${workflow}`
/** A question is a thread of its own until it is answered, so that private ones do not wait for others. */
export const questionThread = (roomId: string, run: string) => `room:${roomId}:qa:${run}`
/** A case holds no words, and outlives the run that made it. */
export const caseThread = (caseId: string) => `case:${caseId}`

/** Threads in Postgres; the tables are made by the migrations. */
export function createThreads({ checkpoints }: Pick<Database, 'checkpoints'>): Threads {
  const saver = new PostgresSaver(checkpoints, undefined, { schema: CHECKPOINT_SCHEMA })
  return {
    saver,
    serially: createSerially(),
    prune: (thread) => pruneCheckpoints(checkpoints, thread),
    drop: (thread) => saver.deleteThread(thread),
    dropRoom: (roomId) => dropCheckpoints(checkpoints, `room:${roomId}:`),
  }
}

/** Threads in memory, for tests of graphs that need no database. */
export function createMemoryThreads(saver = new MemorySaver()): Threads {
  return {
    saver,
    serially: createSerially(),
    prune: async () => {},
    drop: (thread) => saver.deleteThread(thread),
    async dropRoom(roomId) {
      for (const thread of Object.keys(saver.storage))
        if (thread.startsWith(`room:${roomId}:`)) await saver.deleteThread(thread)
    },
  }
}

function createSerially(): Threads['serially'] {
  const tails = new Map<string, Promise<unknown>>()
  return async (key, run) => {
    const mine = (tails.get(key) ?? Promise.resolve()).then(run, run)
    tails.set(key, mine)
    try {
      return await mine
    } finally {
      if (tails.get(key) === mine) tails.delete(key)
    }
  }
}
