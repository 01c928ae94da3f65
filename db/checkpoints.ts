/** Where LangGraph keeps its checkpoints. */
export const CHECKPOINT_SCHEMA = 'langgraph'
