import { queries } from '#db'
import { type RoomEvent, roomName } from '#protocol'
import { createKeyedLock } from '../keyed-lock.ts'
import type { Room } from '../types.ts'
import { bringRoom } from './bring.ts'
import { isAnothers, ruleFor } from './rules.ts'
import type { ArrivalDeps, LiveKitRoom } from './types.ts'

/** Agents in one LiveKit room, from the moment at which it is claimed. */
export interface Stay extends LiveKitRoom {
  readonly room: Room
  /** Resolves when they are in it; rejects when they could not enter. */
  readonly entered: Promise<void>
}

/** Who wants agents in a room: the hub by itself for every room, or somebody who asks for them. */
export type Wish = 'itself' | 'somebody'

export type Arrived =
  | { kind: 'in'; stay: Stay }
  /** It is not for this hub: a rule, a person who sent agents out, a name that no room can have. */
  | { kind: 'out'; why: string }
  /** It is for another node. */
  | { kind: 'elsewhere' }
  | { kind: 'full' }

/** How a stay ended: `ended` with the LiveKit room, `out` by a person, `lost` against everybody's will. */
export type Ending = 'ended' | 'out' | 'lost'

type Deps = Pick<ArrivalDeps, 'db' | 'rooms' | 'bus' | 'media' | 'setAgent' | 'clock' | 'log'> & {
  capacity: number
  /** How many rooms this node is in has changed. */
  changed: () => void
  ended: (stay: Stay, how: Ending) => void
}

/** The LiveKit rooms that this node is in. What is decided about one is decided one after another. */
export function createStays(deps: Deps) {
  const { db, media, bus, log, capacity } = deps
  const lock = createKeyedLock()
  const stays = new Map<string, Stay>()
  /** Places taken by rooms that are being claimed. */
  let claiming = 0
  let open = true
  /** How a stay is about to end. */
  const fates = new WeakMap<Stay, Ending>()
  /** LiveKit rooms whose room was erased: what agents would make of them anew is not wanted. */
  const erased = new Set<string>()
  /** Said once, not for each room or at each comparison. */
  const said = new Set<string>()

  const unsubscribe = [
    media.onLeft((room, why) => {
      const stay = stays.get(room.name)
      if (stay?.room !== room) return
      // media may hear of what the bus says below before this does: by then it is known, too
      queueMicrotask(() => {
        const how = fates.get(stay) ?? (why === 'lost' ? 'lost' : 'ended')
        end(stay, how)
        // over, or somebody removed the agents there: then they are not wanted back
        if (how === 'ended' && why === 'ended' && room.status === 'open')
          keepOut(stay.name, stay.sid).catch(notKept)
      })
    }),
    bus.subscribe((signal) => {
      const stay = stays.get(signal.room.name)
      if (stay?.room !== signal.room) return
      if (signal.kind === 'released') {
        // another node's now, or erased: of that it is told in the same breath
        if (!fates.has(stay)) fates.set(stay, 'lost')
        queueMicrotask(() => void depart(stay, 'lost'))
      }
      if (signal.kind === 'erased') {
        fates.set(stay, 'out')
        erased.add(stay.sid)
      }
      if (signal.kind === 'events' && signal.events.some(isClosedByPerson)) {
        fates.set(stay, 'out')
        keepOut(stay.name, stay.sid).catch(notKept)
        queueMicrotask(() => void depart(stay, 'out'))
      }
    }),
  ]

  return {
    count: () => stays.size + claiming,
    full: () => !open || stays.size + claiming >= capacity,
    all: () => [...stays.values()],

    /** Claims the room and begins to enter its LiveKit room, once however many ask. */
    arrive: (found: LiveKitRoom, wish: Wish): Promise<Arrived> =>
      lock(found.name, async () => {
        const known = stays.get(found.name)
        if (known?.sid === found.sid) return { kind: 'in', stay: known }
        // a room of the same name was opened anew
        if (known) await depart(known, 'ended')
        return claim(found, wish)
      }),

    /** The LiveKit room is there no more. */
    over: (name: string, sid: string): Promise<void> =>
      lock(name, async () => {
        const stay = stays.get(name)
        if (stay?.sid === sid) await depart(stay, 'ended')
      }),

    /** Agents leave the LiveKit room, and stay out of it until it ends or somebody asks for them. */
    leave: (found: LiveKitRoom): Promise<void> =>
      lock(found.name, async () => {
        await keepOut(found.name, found.sid)
        const stay = stays.get(found.name)
        if (stay) await depart(stay, 'out')
      }),

    /** No more rooms. */
    close() {
      open = false
      deps.changed()
    },

    stop() {
      for (const done of unsubscribe) done()
      for (const stay of stays.values()) end(stay, 'lost')
    },
  }

  async function claim(found: LiveKitRoom, wish: Wish): Promise<Arrived> {
    if (!isRoomName(found.name)) {
      once(found.sid, 'agents stay out of a LiveKit room whose name no room can have')
      return { kind: 'out', why: 'no room can have this name' }
    }
    if (!open || stays.size + claiming >= capacity) {
      if (open) once('full', `this node is in as many LiveKit rooms as it may be (${capacity})`)
      return { kind: 'full' }
    }
    claiming++
    deps.changed()
    try {
      const { rule, keptOut } = await db.withSystem('arrive', async (tx) => ({
        rule: ruleFor(await queries.readArrivalRules(tx), found.name),
        keptOut: await queries.readKeptOut(tx, found.name),
      }))
      if (wish === 'itself' && !rule.join) return { kind: 'out', why: 'a rule keeps agents out' }
      if (wish === 'itself' && (keptOut === found.sid || erased.has(found.sid)))
        return { kind: 'out', why: 'somebody sent agents out' }
      const room = await bringRoom(deps, found.name, rule)
      if (room === undefined) return { kind: 'elsewhere' }
      if (isAnothers(room, rule)) {
        once(
          room.id,
          'agents stay out of a LiveKit room: its rule of arrival names an owner, and somebody else owns the room of its name. Rename one, or change the rule',
        )
        return { kind: 'out', why: 'somebody else owns the room of this name' }
      }
      if (keptOut !== null) await keepOut(found.name, null)
      const stay: Stay = { ...found, room, entered: media.enter(room, found.sid) }
      stays.set(found.name, stay)
      stay.entered.catch((err: unknown) => {
        if (stays.get(found.name) !== stay) return
        log.warn({ err, room: room.id }, 'a LiveKit room could not be entered')
        end(stay, 'lost')
      })
      return { kind: 'in', stay }
    } finally {
      claiming--
      deps.changed()
    }
  }

  function end(stay: Stay, how: Ending) {
    if (stays.get(stay.name) !== stay) return
    stays.delete(stay.name)
    said.delete('full')
    deps.ended(stay, fates.get(stay) ?? how)
    deps.changed()
  }

  async function depart(stay: Stay, how: Ending) {
    if (stays.get(stay.name) !== stay) return
    end(stay, how)
    await media
      .leave(stay.name)
      .catch((err) => log.warn({ err, room: stay.room.id }, 'a LiveKit room was not left'))
  }

  function keepOut(name: string, sid: string | null) {
    return db.withSystem('keep agents out', (tx) => queries.writeKeptOut(tx, name, sid))
  }

  function notKept(err: unknown) {
    log.warn({ err }, 'agents may come back to a LiveKit room that they were sent out of')
  }

  function once(key: string, message: string) {
    if (said.has(key)) return
    if (said.size > 1000) said.clear()
    said.add(key)
    log.warn({ about: key }, message)
  }
}

export type Stays = ReturnType<typeof createStays>

/** As it is: media joins by this very name. */
function isRoomName(name: string): boolean {
  const parsed = roomName.safeParse(name)
  return parsed.success && parsed.data === name
}

/** An empty room is closed by itself, and opens again when somebody comes. */
function isClosedByPerson(event: RoomEvent): boolean {
  return event.type === 'room.closed' && event.data.reason === 'closed'
}
