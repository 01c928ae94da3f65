import type { Logger } from 'pino'
import type { Bus, Clock, Room } from '#rooms'

/** Where the LiveKit server is, and the key that the hub shares with it. */
export interface LiveKitAccess {
  /** `ws:`, `wss:`, `http:` or `https:`. */
  url: string
  apiKey: string
  apiSecret: string
}

export interface LiveKitDeps extends LiveKitAccess {
  bus: Bus
  clock: Clock
  log: Logger
  nextId: () => string
}

/** A person of a LiveKit room, as they are there: also one whom a moderator removed from the hub's room. */
export interface LiveKitPerson {
  identity: string
  /** Of this visit: who comes back has another. */
  sid: string
  /** Who they are in the hub. */
  userId: string
  attributes: Record<string, string>
}

/**
 * Why the agents are out of a LiveKit room. `ended`: it is over, the agents were removed from it, or the hub's room
 * was closed; `moved`: LiveKit put them into another room, which they left; `lost`: it may go on without them.
 */
export type LeaveReason = 'ended' | 'lost' | 'moved'

/** The LiveKit rooms that the hub's agents are in. */
export interface LiveKitMedia {
  /**
   * Joins the LiveKit room of the same name; once for each `sid`, however often it is called. Rejects when that does
   * not succeed, or is given up because of `leave`.
   */
  enter(room: Room, sid: string): Promise<void>
  leave(name: string): Promise<void>
  /** The sid of the LiveKit room of that name that the agents are in. */
  entered(name: string): string | undefined
  people(name: string): LiveKitPerson[]
  /** Somebody arrived, came back, or published a track. Told at once, before the hub's room lets them in. */
  onPerson(listener: (room: Room, person: LiveKitPerson) => void): () => void
  /** The agents are out of a room, and not because of `leave`. */
  onLeft(listener: (room: Room, why: LeaveReason) => void): () => void
  /** Leaves all rooms. The native part of rtc-node stays, and holds the process open until it is ended by `exit`. */
  stop(): Promise<void>
}
