/**
 * How agents get into LiveKit rooms by themselves, and out again: as a LiveKit agent worker that is told of rooms, by
 * webhooks and by comparing what the worker was not told, by rules for what is wanted where, and because a person asked.
 * One stay for each LiveKit room, whoever told of it. May import #protocol, #db and what rooms/ is made of.
 */
import { AgentDispatchClient, RoomServiceClient } from 'livekit-server-sdk'
import { queries } from '#db'
import { HubError, type Principal } from '#protocol'
import { within } from '../deadline.ts'
import type { Room } from '../types.ts'
import { accessToken } from './access-token.ts'
import { createJobs, type Jobs } from './jobs.ts'
import { createReconcile } from './reconcile.ts'
import { isAnothers, ruleFor } from './rules.ts'
import { createStays, type Ending, type Stay, type Stays, type Wish } from './stays.ts'
import { createTrouble } from './trouble.ts'
import type { ArrivalDeps, ArrivalOptions } from './types.ts'
import { createWebhooks } from './webhooks.ts'
import { createWorker, type Worker } from './worker.ts'

export type { ArrivalDeps, ArrivalOptions } from './types.ts'

/**
 * 50 rooms: each takes a few megabytes, and work only while somebody talks. With the local model two cores keep up with
 * about seven people who talk at the same moment, which 50 meetings seldom exceed for long.
 */
const defaults: ArrivalOptions = { capacity: 50, agentName: 'aura', reconcileMs: 30_000 }
/** A request to LiveKit that takes longer has failed, seconds. */
const REQUEST_TIMEOUT_SECONDS = 5
/** How long who asks for agents waits until they are in the room, ms. */
const DISPATCH_MS = 10_000

export interface Arrival {
  /** Registers with LiveKit and looks for rooms, from now on. */
  start(): void
  /**
   * Sends the agents into the LiveKit room of this room's name, which is opened if need be, also where a rule or a
   * person keeps them out. Throws `provider_failed`, `timed_out`, `conflict` where this node takes no more.
   */
  dispatch(room: Room, by: Principal): Promise<{ sid: string }>
  /** Sends them out again; they stay out until the LiveKit room ends or they are sent in again. */
  dismiss(room: Room, by: Principal): Promise<void>
  /**
   * What a person connects to the LiveKit room with. Throws as the room does for who may not join it, and `forbidden`
   * where a rule says that rooms of its name are somebody else's.
   */
  tokenFor(room: Room, principal: Principal): Promise<{ url: string; token: string }>
  /** A webhook of LiveKit. Throws `unauthenticated` when LiveKit did not sign it. */
  webhook(body: string, authorization: string | undefined): Promise<void>
  /** Takes no more rooms, and tells LiveKit so. */
  drain(): void
  /** Tells LiveKit that its jobs are over. The agents should be out of the rooms. */
  stop(): Promise<void>
}

/** Starts nothing yet. */
export function createArrival(deps: ArrivalDeps, options: Partial<ArrivalOptions> = {}): Arrival {
  const { livekit, db, clock, log } = deps
  const { capacity, agentName, reconcileMs } = { ...defaults, ...options }
  const { url, apiKey, apiSecret } = livekit
  const http = url.replace(/^ws/, 'http')
  const limits = { requestTimeout: REQUEST_TIMEOUT_SECONDS }
  const service = new RoomServiceClient(http, apiKey, apiSecret, limits)
  const trouble = createTrouble(log, url)
  let greeted = false

  const stays: Stays = createStays({ ...deps, capacity, changed, ended })
  const jobs: Jobs = createJobs({
    stays,
    dispatches: new AgentDispatchClient(http, apiKey, apiSecret, limits),
    log,
  })
  const reconcile = createReconcile({
    ...{ service, stays, trouble, clock, log },
    everyMs: reconcileMs,
  })
  // told of every room; and asked for by name, which is a wish of somebody's
  const workers: Worker[] = [worker('', 'itself'), worker(agentName, 'somebody')]
  const webhook = createWebhooks({
    ...{ livekit, stays },
    sidOf: (name) => asked(async () => (await service.listRooms([name]))[0]?.sid),
  })

  return {
    start() {
      for (const one of workers) one.start()
      reconcile.run()
    },

    async dispatch(room, by) {
      const { name } = room
      await audit(room, 'agents.sent', by)
      const sid = await asked(async () => (await service.createRoom({ name })).sid)
      const arrived = await stays.arrive({ name, sid }, 'somebody')
      if (arrived.kind === 'in') {
        const { entered } = arrived.stay
        await within(
          clock,
          DISPATCH_MS,
          asked(() => entered),
          () => new HubError('timed_out', 'The agents are not in the LiveKit room yet.'),
        )
        return { sid }
      }
      if (arrived.kind === 'elsewhere')
        throw new HubError('not_owner', 'Another node has this room. Send it again.')
      throw new HubError(
        'conflict',
        arrived.kind === 'full'
          ? 'This node is in as many LiveKit rooms as it may be. Try again when one has ended.'
          : `The agents stay out: ${arrived.why}.`,
      )
    },

    async dismiss(room, by) {
      const { name } = room
      await audit(room, 'agents.withdrawn', by)
      const [found] = await asked(() => service.listRooms([name]))
      if (found) await stays.leave({ name, sid: found.sid })
    },

    async tokenFor(room, principal) {
      room.require(principal, 'join')
      await db.withSystem('token', async (tx) => {
        const rules = await queries.readArrivalRules(tx)
        if (isAnothers(room, ruleFor(rules, room.name)))
          throw new HubError(
            'forbidden',
            'The LiveKit room of this name is for a room that somebody else owns. Use another name, or ask an admin to change its rule of arrival.',
          )
        await db.audit(tx, {
          ...{ owner: room.owner, action: 'livekit_token.minted', by: principal },
          details: { room: room.name },
        })
      })
      const identity = deps.identityIn(room.name, principal.userId)
      const name = principal.name ?? principal.userId.slice(0, 100)
      const token = await accessToken(livekit, { room: room.name, identity, name })
      return { url: url.replace(/^http/, 'ws'), token }
    },

    webhook,

    drain() {
      stays.close()
    },

    async stop() {
      await reconcile.stop()
      stays.stop()
      await Promise.all(workers.map((one) => one.stop()))
    },
  }

  /** Before LiveKit is asked: of what was done there, and then cut off here, there must be an entry. */
  function audit(room: Room, action: 'agents.sent' | 'agents.withdrawn', by: Principal) {
    const { owner, name } = room
    return db.withSystem(action, (tx) =>
      db.audit(tx, { owner, action, by, details: { room: name } }),
    )
  }

  function worker(name: string, wish: Wish): Worker {
    const one: Worker = createWorker(
      {
        ...{ livekit, clock, trouble },
        load: () => ({
          load: stays.count() / capacity,
          jobs: jobs.countOf(one),
          full: stays.full(),
        }),
        offered: (job) => jobs.offered(job, wish),
        assigned: (job) => jobs.assigned(job, one),
        terminated: (id) => void jobs.terminated(id),
        registered,
        lost: () => jobs.forget(one),
      },
      name,
    )
    return one
  }

  function registered() {
    if (!greeted && workers.every((known) => known.registered())) {
      greeted = true
      log.info({ host: new URL(url).host }, 'connected to LiveKit: agents join its rooms')
    }
    // what was opened meanwhile LiveKit does not tell
    reconcile.soon()
  }

  function changed() {
    for (const one of workers) one.update()
  }

  function ended(stay: Stay, how: Ending) {
    jobs.ended(stay, how)
    // lost against everybody's will; or there is room now for one that had to wait
    if (how === 'lost' || stays.count() >= capacity - 1) reconcile.soon()
  }

  async function asked<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask()
    } catch (cause) {
      throw new HubError('provider_failed', 'LiveKit does not answer. Try again.', { cause })
    }
  }
}
