/**
 * What LangGraph keeps of its threads, in the schema `langgraph`: it writes there by a pool of its own; pruning, dropping
 * and sweeping, which it has not, are here. May touch that schema; reads of the others whether a room or a case is there.
 */
export { dropRoomThreads, dropThreads, dropThreadsNaming } from './drop.ts'
export { measureCheckpoints, pruneCheckpoints } from './prune.ts'
export { sweepCheckpoints } from './sweep.ts'
export { CHECKPOINT_SCHEMA, threadNames } from './threads.ts'
