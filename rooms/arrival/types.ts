import type { Logger } from 'pino'
import type { z } from 'zod'
import type { Database } from '#db'
import type { Principal, PutAgent, Workflow } from '#protocol'
import type { Clock } from '../clock.ts'
import type { LiveKitAccess, LiveKitMedia } from '../media/livekit/types.ts'
import type { Bus, Room, Rooms } from '../types.ts'

export interface ArrivalDeps {
  livekit: LiveKitAccess
  db: Pick<Database, 'withSystem' | 'audit'>
  rooms: Pick<Rooms, 'get' | 'create'>
  bus: Bus
  media: Pick<LiveKitMedia, 'enter' | 'leave' | 'onLeft'>
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
