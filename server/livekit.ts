import type { Agents } from '#agents'
import type { Database } from '#db'
import { type Bus, type Rooms, systemClock } from '#rooms'
import type { Arrival } from '#rooms/arrival'
import type { Config } from './config.ts'
import type { Logger } from './log.ts'

interface Deps {
  config: Pick<Config, 'livekit'>
  db: Database
  rooms: Rooms
  bus: Bus
  agents: Pick<Agents, 'configure'>
  log: Logger
  nextId: () => string
}

export interface LiveKit {
  arrival: Arrival
  /** Leaves every LiveKit room. */
  leave(): Promise<void>
}

/** What joins LiveKit rooms, loaded only where a server is configured. Before any room is: it sees them open. */
export async function openLiveKit(deps: Deps): Promise<LiveKit | undefined> {
  const { config, db, rooms, bus, agents, log, nextId } = deps
  if (config.livekit?.url === undefined) return undefined
  const [
    { createLiveKitMedia, createIdentities },
    { createLiveKitEnforcement },
    { createArrival },
  ] = await Promise.all([
    import('#rooms/livekit'),
    import('#rooms/enforcement'),
    import('#rooms/arrival'),
  ])
  const { url, apiKey, apiSecret, maxRooms } = config.livekit
  const livekit = { url, apiKey, apiSecret }
  const common = { bus, log, clock: systemClock }
  const media = createLiveKitMedia({ ...livekit, ...common, nextId })
  const enforcement = createLiveKitEnforcement({ media, livekit, ...common })
  const identities = createIdentities(apiSecret)
  const arrival = createArrival(
    {
      ...{ livekit, db, rooms, media, ...common },
      setAgent: agents.configure,
      identityIn: (room, userId) => identities.identityIn(room, userId),
    },
    maxRooms === undefined ? {} : { capacity: maxRooms },
  )
  return {
    arrival,
    async leave() {
      enforcement.stop()
      await media.stop()
    },
  }
}
