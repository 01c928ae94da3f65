import type { Logger } from 'pino'
import type { z } from 'zod'
import type { Database } from '#db'
import type { Principal, PutAgent, Workflow } from '#protocol'
import type { Clock } from '../clock.ts'
import type { Bus, Room, Rooms } from '../types.ts'

/** Where the LiveKit server is, and the key that the hub shares with it. */
export interface LiveKitAccess {
  /** `ws:`, `wss:`, `http:` or `https:`. */
  url: string
  apiKey: string
  apiSecret: string
}

/** The part of LiveKit media that arrival needs. */
export interface Media {
  /** Joins the LiveKit room; resolves when in it. Joining twice is no error. */
  enter(room: Room, sid: string): Promise<void>
  leave(name: string): Promise<void>
  onLeft(listener: (room: Room, why: 'ended' | 'lost' | 'moved') => void): () => void
}

export interface ArrivalDeps {
  livekit: LiveKitAccess
  db: Pick<Database, 'withSystem'>
  rooms: Pick<Rooms, 'get' | 'create'>
  bus: Bus
  media: Media
  /** Sets an agent of a room, as the principal. */
  setAgent(
    room: Room,
    principal: Principal,
    workflow: Workflow,
    patch: z.output<typeof PutAgent>,
  ): Promise<unknown>
  /** The LiveKit identity of a user in a room. */
  identityIn(room: string, userId: string): string
  clock: Clock
  log: Logger
}

export interface ArrivalOptions {
  /** LiveKit rooms that this node is in at once, at most: more are left to other nodes. Default 50. */
  capacity: number
  /** The name by which agents are asked for. Default `aura`. */
  agentName: string
  /** How often the LiveKit rooms are compared with those that the node is in, ms. Default 30,000. */
  reconcileMs: number
}

/** A LiveKit room, as arrival knows it. */
export interface LiveKitRoom {
  name: string
  sid: string
}
