import type { Logger } from 'pino'
import type { Database } from '#db'
import { allows, HubError, type Principal, RoomSettings } from '#protocol'
import { roomOfCase } from './cases.ts'
import { type Clock, sleep } from './clock.ts'
import { SYSTEM } from './core.ts'
import { createKeyedLock } from './keyed-lock.ts'
import { loadRoom } from './load.ts'
import { type CommitTimes, type CommitterOptions, createCommitter } from './log/committer.ts'
import { createPostgresStore } from './log/postgres-store.ts'
import { createOwnerActions } from './owner-actions.ts'
import type { Ownership } from './ownership.ts'
import { createPrivacy } from './privacy/index.ts'
import type { Recorder } from './recording/types.ts'
import { mayCreate } from './rights.ts'
import { createRoom, type LiveRoom } from './room.ts'
import { idOf, insertRoom, namesModerated, namesToBring } from './room-rows.ts'
import type { Speech } from './speech/types.ts'
import type { Bus, Rooms } from './types.ts'

/** How long a room without readers stays in memory after it was closed, ms. */
const LINGER = 30_000
/** How many rooms are loaded at once after a start: those that someone asks for come between. */
const LOADS = 4

export interface RoomsDeps {
  db: Database
  bus: Bus
  ownership: Ownership
  clock: Clock
  logger: Logger
  nextId: () => string
  /** Without it people are heard by their captions alone. */
  speech?: Speech | undefined
  /** Without it nothing is recorded, whatever a room's settings say. */
  recorder?: Recorder | undefined
  observeCommit?: (times: CommitTimes) => void
}

/** The rooms of this node: finds, makes, loads and releases them. */
export function createRooms(deps: RoomsDeps, options: Partial<CommitterOptions> = {}): Rooms {
  const { db, bus, ownership, clock, logger, nextId } = deps
  const live = new Map<string, LiveRoom>()
  const loading = new Map<string, Promise<LiveRoom | undefined>>()
  let stopped = false
  const store = createPostgresStore(db, () => ({
    nodeId: ownership.nodeId,
    fence: ownership.fence(),
  }))
  const committer = createCommitter(
    {
      store,
      clock,
      log: logger,
      renewLease: ownership.renew,
      ...(deps.observeCommit ? { observe: deps.observeCommit } : {}),
    },
    options,
  )
  const unsubscribe = bus.subscribe((signal) => {
    if (signal.kind === 'events' && signal.events.some((event) => event.type === 'room.closed'))
      releaseWhenIdle(signal.room.name)
  })

  /** A name's room is brought into memory, or erased without being there: one after another. */
  const alone = createKeyedLock()
  const { recorder } = deps
  const privacy = createPrivacy({
    ...{ db, bus, clock, ownership, recorder, live, alone, drop, find },
  })

  return {
    privacy,

    async start() {
      const names = await namesToBring(db)
      const next = names.values()
      await Promise.all(
        Array.from({ length: LOADS }, async () => {
          // One room's fault is its own: it is tried again when someone comes.
          for (const name of next) {
            if (stopped) return
            await find(name).catch((err) => {
              if (!stopped) logger.error({ err }, 'an open room was not loaded')
            })
          }
        }),
      )
    },

    get,

    async enter(name, principal) {
      return (await find(name)) ? get(name, principal) : create(name, principal, {})
    },

    async create(principal, name, settings) {
      if (await find(name)) {
        await get(name, principal)
        throw new HubError('conflict', 'A room of this name exists already.')
      }
      return create(name, principal, settings)
    },

    async ofCase(caseId, principal) {
      const name = await roomOfCase(db, caseId)
      const room = name === undefined ? undefined : await find(name)
      if (!room || !allows(room.rightsOf(principal), 'watch'))
        throw new HubError('not_found', 'There is no such case.')
      room.require(principal, 'moderate')
      return room
    },

    live: () => [...live.values()],

    load() {
      const loads = committer.load()
      return [...live.values()].map((room) => ({
        room,
        ...(loads.get(room.id) ?? { queued: 0, pending: 0, lagMs: 0 }),
      }))
    },

    async moderated(principal) {
      const names = await namesModerated(db, principal)
      const rooms = await Promise.all(names.map(find))
      return rooms
        .filter((room) => room !== undefined)
        .filter((room) => allows(room.rightsOf(principal), 'moderate'))
    },

    ...createOwnerActions({ db, get, removeRoom: privacy.removeRoom }),

    ready: () => ownership.held() && !committer.degraded(),

    async stop(withinMs) {
      stopped = true
      unsubscribe()
      await Promise.race([committer.drained(), sleep(clock, withinMs)])
      committer.stop()
      for (const room of live.values()) drop(room)
      await ownership
        .release()
        .catch((err) => logger.warn({ err }, 'the lease was not given back: it will run out'))
    },
  }

  async function get(name: string, principal: Principal): Promise<LiveRoom> {
    const room = await find(name)
    if (!room || !allows(room.rightsOf(principal), 'watch'))
      throw new HubError('not_found', 'There is no such room for you.')
    return room
  }

  /** The live room of a name; loads it once, however many ask. */
  async function find(name: string): Promise<LiveRoom | undefined> {
    const known = live.get(name) ?? loading.get(name)
    if (known) return known
    const load = alone(name, () => bring(name)).finally(() => loading.delete(name))
    loading.set(name, load)
    return load
  }

  async function bring(name: string): Promise<LiveRoom | undefined> {
    const id = await idOf(db, name)
    if (id === undefined) return undefined
    // The claim comes first: what is read after it, nobody else changes.
    const fence = await ownership.claim(id)
    if (fence === undefined)
      throw new HubError('not_owner', 'Another node has this room. Send it again.')
    const stored = await loadRoom(db, name, clock.now())
    if (!stored) return undefined
    if (stopped) throw new HubError('draining', 'This node is stopping. Send it again.')
    const room = createRoom(stored, fence, {
      db,
      bus,
      store,
      committer,
      clock,
      logger,
      nextId,
      speech: deps.speech,
      recorder: deps.recorder,
      onLost: drop,
    })
    live.set(name, room)
    bus.publish({ kind: 'opened', room })
    if (stored.head === 0) await room.append([{ type: 'room.opened', actor: SYSTEM, data: {} }])
    room.expectReturn()
    if (room.status === 'closed') releaseWhenIdle(name)
    return room
  }

  async function create(
    name: string,
    principal: Principal,
    settings: Partial<RoomSettings>,
  ): Promise<LiveRoom> {
    if (!mayCreate(name, principal))
      throw new HubError('not_found', 'There is no such room for you.')
    await insertRoom(db, {
      name,
      owner: principal,
      settings: RoomSettings.parse(settings),
      now: clock.now(),
    })
    // Two may have come at once: the row says whose room it is.
    return get(name, principal)
  }

  function drop(room: LiveRoom) {
    if (live.get(room.name) !== room) return
    live.delete(room.name)
    room.release()
  }

  /** A closed room leaves the memory once nobody reads it. */
  function releaseWhenIdle(name: string) {
    clock.after(LINGER, () => {
      const room = live.get(name)
      if (room?.status !== 'closed') return
      if (room.idle()) drop(room)
      else releaseWhenIdle(name)
    })
  }
}
