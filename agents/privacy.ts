import { type Database, dropThreadsNaming, type PersonalPlace } from '#db'

/** Longest time of a look through all threads, ms. */
const TIMEOUT_MS = 120_000

/**
 * What agents keep of a person beside the log: after rooms in the order of erasure, whose tombstones take the threads that
 * quoted the person along. What is left is what a run was writing just then.
 */
export function checkpointPlace(db: Pick<Database, 'withSystem'>): PersonalPlace {
  return {
    name: 'checkpoints',
    tables: ['langgraph.checkpoints', 'langgraph.checkpoint_blobs', 'langgraph.checkpoint_writes'],
    // all that is the person's own in them is in the log, too
    export: async function* () {},
    erase: async (userId) => ({
      erased: await db.withSystem('erase a person', (tx) => dropThreadsNaming(tx, userId), {
        timeoutMs: TIMEOUT_MS,
      }),
    }),
  }
}
