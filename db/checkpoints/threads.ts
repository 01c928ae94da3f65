/** Where LangGraph keeps its checkpoints. */
export const CHECKPOINT_SCHEMA = 'langgraph'

/** How threads are named: whoever erases what they were made of drops them in the same transaction. */
export const threadNames = {
  /** A room's one thread of a workflow. */
  workflow: (roomId: string, workflow: string) => `room:${roomId}:${workflow}`,
  question: (roomId: string, run: string) => `room:${roomId}:qa:${run}`,
  case: (caseId: string) => `case:${caseId}`,
}
