import type { Logger } from 'pino'
import type { Database } from '#db'
import type { AgentConfig, Command, Principal, Workflow } from '#protocol'
import type { Bus, Clock, Room, Rooms, Synthesizer } from '#rooms'
import type { Embedder } from './embedding/index.ts'
import type { ConfigPatch } from './live/config.ts'
import type { ModelKeys } from './models/index.ts'

/** What the agents of a node need. */
export interface AgentsDeps {
  db: Pick<Database, 'withSystem' | 'checkpoints' | 'audit'>
  rooms: Pick<Rooms, 'live'>
  bus: Bus
  log: Logger
  clock: Clock
  /** Ids of runs and cases. */
  ids: () => string
  /** Without a key the built-in brain does everything. */
  models?: ModelKeys
  /** Answers are then searched by meaning too. */
  embedder?: Embedder | undefined
  /** What all may hear is then said aloud too, where somebody is there to hear. */
  synthesizer?: Synthesizer | undefined
  options?: Partial<AgentOptions>
  /** Told how long each stage took. */
  observe?: Observe
}

/** What took how long, for metrics: names of the hub's own alone, so that they are few. */
export type AgentObservation = { ms: number } & (
  | { stage: 'decision'; kind: 'final' | 'partial' | 'chat'; severity: string }
  | { stage: 'graph'; workflow: Workflow; status: 'done' | 'failed' | 'interrupted' }
  | { stage: 'model_first_token'; model: string }
  /** `ok`, `cancelled` or the code of an error. */
  | { stage: 'model'; model: string; outcome: string }
  | { stage: 'talkback_first_words'; workflow: Workflow }
  | { stage: 'talkback'; workflow: Workflow; status: string }
)
export type Observe = (what: AgentObservation) => void

/** How the agents behave; the defaults are in `live/options.ts`. */
export interface AgentOptions {
  /** A summary is made after so many new turns. Default 12. */
  summaryTurns: number
  /** A summary is made so long after the first turn that is not in one, ms. Default 15,000. */
  summaryAfterMs: number
  /** Joins that come within this time get one greeting, ms. Default 1,000. */
  greetingDelayMs: number
  /** Summaries and greetings that run at once on this node. Default 4. */
  batchRuns: number
  /** After an action on a person, further offences within this time count as the same one, ms. Default 5,000. */
  cooldownMs: number
  /** A delta of talkback is sent at most so often, ms. Default 50. */
  deltaEveryMs: number
  /** A question waits so long for its meaning; after that its words alone are searched, ms. Default 150. */
  meaningWithinMs: number
}

export interface Ask {
  question: string
  /** The answer goes to the asker alone. */
  private: boolean
  /** As `room.once` gives it: a repeated command is known, also after a restart. */
  commandId?: string | undefined
}

/** The agents of all live rooms of this node. */
export interface Agents {
  /** Binds to the rooms that are live and to those that come. */
  start(): Promise<void>
  /** Ends what runs. Questions that are not answered yet are answered after the next start. */
  stop(): Promise<void>
  /**
   * Puts a question to the room's qa agent; resolves when the run is in the log, before its answer. Throws
   * `forbidden` without the right `join`, `muted` for a public question of a muted person, `conflict` when
   * the room's qa agent is off, `rate_limited` when too many questions wait.
   */
  ask(room: Room, principal: Principal, ask: Ask): Promise<{ run: string }>
  /**
   * Stops a run, or without one every run that the principal may stop: what everyone hears, and what they
   * asked in private themselves. Throws `forbidden` for who neither is in the room nor moderates it.
   */
  interrupt(room: Room, principal: Principal, run?: string): Promise<{ runs: string[] }>
  /** How heated the talk of a room has been of late, 0 to 1: half of it is gone after a minute. */
  heat(roomId: string): number
  list(room: Room): Promise<AgentConfig[]>
  /**
   * Decides a moderation case as a person; resolves when that is committed. Throws `forbidden` without the right
   * `moderate`, `conflict` with what was decided when somebody was first, `degraded` while the database is away.
   */
  review(room: Room, principal: Principal, command: Command<'moderation.review'>): Promise<object>
  /** Throws `forbidden` without the right `moderate`, `invalid` for settings of an agent that has none. */
  configure(
    room: Room,
    principal: Principal,
    workflow: Workflow,
    patch: ConfigPatch,
  ): Promise<AgentConfig>
}
