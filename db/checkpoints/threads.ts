/** Where LangGraph keeps its checkpoints. */
export const CHECKPOINT_SCHEMA = 'langgraph'

/** How threads are named: whoever erases what they were made of drops them in the same transaction. */
export const threadNames = {
  /** A room's one thread of a workflow. */
  workflow: (roomId: string, workflow: string) => `room:${roomId}:${workflow}`,
  /** A question is a thread of its own until it is answered, so that private ones do not wait for others. */
  question: (roomId: string, run: string) => `room:${roomId}:qa:${run}`,
  /** It holds no words, and outlives the run that made it. */
  case: (caseId: string) => `case:${caseId}`,
}
