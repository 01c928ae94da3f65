import type { Agents } from '#agents'
import { allows, type Principal, type RoomActivity, type RoomEvent } from '#protocol'
import type { Bus, Room } from '#rooms'

/** A minute in so many slots: exact enough to be looked at, and the same size however much is said. */
const SLOTS = 12
const SLOT_MS = 60_000 / SLOTS

interface Turns {
  counts: number[]
  /** The last slot in which something was said, counted from the epoch. */
  slot: number
}

interface Deps {
  bus: Bus
  agents: Pick<Agents, 'heat'>
  clock: () => number
}

/** What goes on in live rooms, for lists of them. */
export function createActivity({ bus, agents, clock }: Deps) {
  const rooms = new Map<string, Turns>()

  bus.subscribe((signal) => {
    if (signal.kind === 'events') for (const event of signal.events) count(signal.room, event)
    else if (signal.kind === 'released' || signal.kind === 'erased') rooms.delete(signal.room.id)
  })

  function count(room: Room, { type, actor }: RoomEvent): void {
    if (actor.kind !== 'person' || (type !== 'transcript.final' && type !== 'chat.message')) return
    const turns = rooms.get(room.id) ?? { counts: new Array<number>(SLOTS).fill(0), slot: 0 }
    rooms.set(room.id, turns)
    const slot = pass(turns)
    turns.counts[slot % SLOTS] = (turns.counts[slot % SLOTS] ?? 0) + 1
  }

  /** Empties the slots of more than a minute ago. Answers the present one. */
  function pass(turns: Turns): number {
    const slot = Math.floor(clock() / SLOT_MS)
    const passed = Math.min(SLOTS, slot - turns.slot)
    for (let i = 0; i < passed; i++) turns.counts[(slot - i) % SLOTS] = 0
    turns.slot = slot
    return slot
  }

  function turnsPerMinute(room: Room): number {
    const turns = rooms.get(room.id)
    if (!turns) return 0
    pass(turns)
    return turns.counts.reduce((sum, n) => sum + n, 0)
  }

  return {
    /** Undefined for who may not watch the room: an admin sees that it is there, and no more. */
    of(room: Room, principal: Principal): RoomActivity | undefined {
      const rights = room.rightsOf(principal)
      if (!allows(rights, 'watch')) return undefined
      return {
        agents: room.agents().map(({ workflow, state }) => ({ workflow, state })),
        ...(allows(rights, 'moderate') ? { open_cases: room.openCases().length } : {}),
        heat: Math.round(agents.heat(room.id) * 1000) / 1000,
        turns_per_minute: turnsPerMinute(room),
      }
    },
  }
}

export type Activity = ReturnType<typeof createActivity>
