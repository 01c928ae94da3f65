import type { Context } from '@opentelemetry/api'
import type { Tx } from '#db'
import type { RoomEvent } from '#protocol'

/** An event that waits for its seq. */
export type UnplacedEvent = Omit<RoomEvent, 'seq'>

/** A stored row: the event and the command that asked for it. */
interface LogRow {
  event: RoomEvent
  commandId?: string
  /** Where its trace goes on; not stored. */
  context?: Context
}

/** The rows of one commit for one room, with the fence under which they may be written. */
export interface RoomBatch {
  roomId: string
  fence: number
  /** The seq after the commit. */
  head: number
  rows: LogRow[]
  /** Committed with them. */
  consents?: Consent[]
}

/** Somebody was told that agents listen, or said whether they are transcribed. */
export interface Consent {
  userId: string
  kind: 'told' | 'opted_out' | 'opted_in'
}

/** What every event of a log says of its room, and where its rows are. */
export interface LoggedRoom {
  id: string
  name: string
  epoch: number
}

/** How far a log is behind what was said to it. */
export interface LogLoad {
  /** Appends that are not durable yet. */
  queued: number
  /** Those among them that wait since Postgres is away. */
  pending: number
  /** How long the oldest of them waits, ms. */
  lagMs: number
}

/** Where logs live. Postgres in the product; in model-based tests a list that can fail. */
export interface LogStore {
  /**
   * Writes all batches of rooms whose fence still holds, in one transaction with `also`, and returns
   * their ids. With `also`, nothing is written unless every fence holds.
   * Throws what `isUnavailable` knows when Postgres is away: then the outcome may be unknown.
   */
  append(batches: RoomBatch[], also?: (tx: Tx) => Promise<void>): Promise<Set<string>>
  /** The rooms whose batch is in the log: settles an append whose outcome is unknown. Waits for one still running. */
  landed(batches: RoomBatch[]): Promise<Set<string>>
  /** Events after a seq, oldest first. */
  read(room: LoggedRoom, after: number, limit: number): Promise<RoomEvent[]>
  isUnavailable(error: unknown): boolean
}
