import type { Logger } from 'pino'
import type { AgentConfig, Workflow } from '#protocol'
import type { Clock, Room } from '#rooms'
import type { Workflows } from '../graphs/index.ts'
import type { AgentOptions } from '../types.ts'
import type { Floor } from './floor.ts'
import type { Memory } from './memory.ts'
import type { Runs } from './runs.ts'
import type { States } from './states.ts'

/** What the agents of one room share. */
export interface RoomContext {
  room: Room
  workflows: Workflows
  memory: Memory
  floor: Floor
  runs: Runs
  states: States
  clock: Clock
  ids: () => string
  log: Logger
  options: AgentOptions
  /** How an agent of the room is set now. */
  config(workflow: Workflow): AgentConfig
  /** Ends when the agents leave the room. */
  signal: AbortSignal
  /** Logs what failed, unless the agents are leaving. */
  failed(workflow: Workflow): (error: unknown) => void
}
