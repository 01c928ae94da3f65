/**
 * What thinks in a room: binds agents to live rooms (`live/`), runs the four workflows as LangGraph graphs
 * (`graphs/`) on the built-in brain (`brain/`) or a model (`models/`). Reads rooms by their bus, and writes
 * only by a room's `append`, `emit` and `enforce`.
 */
export { createAgents } from './live/agents.ts'
export { checkpointPlace } from './privacy.ts'
export type { AgentObservation, AgentOptions, Agents, AgentsDeps, Ask } from './types.ts'
