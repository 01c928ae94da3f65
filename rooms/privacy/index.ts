/**
 * Forgetting: whom the hub is asked to erase, and what a room keeps no longer than its owner wants. All of it works on
 * rooms that are live, closed or not in memory, can be killed anywhere, and be done again.
 */
import { eq } from 'drizzle-orm'
import { type Database, dropRoomThreads, dropThreads, type Tx, tables, threadNames } from '#db'
import { HubError } from '#protocol'
import type { Clock } from '../clock.ts'
import { createLimiter } from '../limiter.ts'
import type { Ownership } from '../ownership.ts'
import type { Recorder } from '../recording/types.ts'
import type { LiveRoom } from '../room.ts'
import type { Bus } from '../types.ts'
import { buryAbout, roomsAbout } from './about.ts'
import { deleteOutlived, type Outlived, outlive, roomsThatForget } from './retention.ts'
import {
  casesKeptInVain,
  dropCases,
  eraseCases,
  eraseConsents,
  eraseMemberships,
  eraseRestrictions,
  seqsOfCase,
} from './rows.ts'
import { settled } from './settled.ts'
import { bury, ERASE_TIMEOUT } from './tombstones.ts'
import type { RoomPrivacy, Swept } from './types.ts'

export { roomPlaces } from './places.ts'
export type { RoomPrivacy } from './types.ts'

/** Rooms that are gone through at once: those that people are in come between. */
const AT_ONCE = 4
const DAY_MS = 86_400_000
const LONG = { timeoutMs: ERASE_TIMEOUT }

export interface PrivacyDeps {
  db: Database
  bus: Bus
  clock: Clock
  ownership: Pick<Ownership, 'claim'>
  recorder: Recorder | undefined
  /** The rooms in memory, by name. */
  live: ReadonlyMap<string, LiveRoom>
  /** While it runs, nobody brings the room of this name into memory. */
  alone<T>(name: string, run: () => Promise<T>): Promise<T>
  drop(room: LiveRoom): void
  /** Brings a room into memory. */
  find(name: string): Promise<LiveRoom | undefined>
}

/** Which room, whether or not it is in memory. */
interface Named {
  id: string
  name: string
}

export type Privacy = RoomPrivacy & {
  /** Erases a room with all that was made of it; `also` is committed with that. */
  removeRoom(room: Named, also?: (tx: Tx) => Promise<void>): Promise<void>
}

export function createPrivacy(deps: PrivacyDeps): Privacy {
  const { db, bus, clock, live, alone } = deps
  const limit = createLimiter(AT_ONCE)

  return {
    removeRoom,
    sweep,

    async removeOwned(userId) {
      const { rooms } = tables
      const owned = await db.withSystem('erase a person', (tx) =>
        tx.select({ id: rooms.id, name: rooms.name }).from(rooms).where(eq(rooms.ownerId, userId)),
      )
      await each(owned, (room) => removeRoom(room))
      return owned.length
    },

    async forgetInLogs(userId) {
      const found = await db.withSystem('erase a person', (tx) => roomsAbout(tx, userId), {
        timeoutMs: ERASE_TIMEOUT,
      })
      const here = [...live.values()].filter(
        (room) => room.isPresent(userId) && found.every(({ id }) => id !== room.id),
      )
      const counts = await each([...found, ...here], (room) => forgetIn(room, userId))
      return counts.reduce((sum, count) => sum + count, 0)
    },

    async forgetCases(userId) {
      const { erased, kept, gone } = await db.withSystem('erase a person', (tx) =>
        eraseCases(tx, userId, clock.now()),
      )
      for (const room of live.values()) room.core.cases.forget(userId, new Set(gone))
      return { erased, kept }
    },

    forgetRestrictions: (userId) =>
      db.withSystem('erase a person', (tx) => eraseRestrictions(tx, userId, clock.now())),

    forgetConsents: (userId) =>
      db.withSystem('erase a person', (tx) => eraseConsents(tx, userId), {
        timeoutMs: ERASE_TIMEOUT,
      }),

    async forgetMemberships(userId) {
      const count = await db.withSystem('erase a person', (tx) => eraseMemberships(tx, userId))
      for (const room of live.values())
        if (room.core.members.delete(userId)) await room.rightsChanged()
      return count
    },
  }

  /** Room by room: nobody waits for it. */
  async function sweep(): Promise<Swept> {
    const swept = { rooms: 0, events: 0, tombstones: 0, cases: 0, recordings: 0 }
    for (const { days, open, ...named } of await roomsThatForget(db)) {
      const before = clock.now() - days * DAY_MS
      const gone = await end(named, before, open)
      if (!gone) continue
      swept.rooms += 1
      swept.tombstones += gone.tombstones.length
      swept.cases += gone.cases.length
      swept.events += await deleteOutlived(db, named.id)
      swept.recordings += (await deps.recorder?.eraseBefore(named.id, before)) ?? 0
    }
    swept.cases += await dropWhatEnded()
    return swept
  }

  /** What held over people who are erased was kept until its end. The rows go last: a crash is followed by the next look. */
  async function dropWhatEnded(): Promise<number> {
    const over = await db.withSystem('retention', (tx) => casesKeptInVain(tx, clock.now()))
    for (const { id, roomId, name } of over) {
      await eraseCase({ id: roomId, name }, id)
      await db.withSystem('retention', (tx) => dropCases(tx, [id]))
      inMemory({ id: roomId, name })?.core.cases.drop(new Set([id]))
    }
    return over.length
  }

  /** What the log says of a case, such as that it was undone. */
  async function eraseCase(named: Named, caseId: string): Promise<void> {
    const read = (tx: Tx) => seqsOfCase(tx, named.id, caseId)
    for (;;) {
      const room = inMemory(named)
      if (room) return room.erase(await db.withSystem('retention', read, LONG))
      const done = await alone(named.name, async () => {
        if (inMemory(named)) return false
        await db.withSystem(
          'retention',
          async (tx) => {
            const [row] = await tx.select().from(tables.rooms).where(eq(tables.rooms.id, named.id))
            if (row) await bury(tx, row, await read(tx))
          },
          LONG,
        )
        return true
      })
      if (done) return
    }
  }

  async function end(named: Named, before: number, open: boolean): Promise<Outlived | undefined> {
    // an open room has people in it, or will close by itself
    if (open) await deps.find(named.name)
    for (;;) {
      const room = inMemory(named)
      if (room) {
        const present = room.participants().map(({ id }) => id)
        const gone = await outlive(db, named.id, { before, present })
        if (gone) await room.outlived(gone)
        return gone
      }
      const gone = await alone(named.name, async () =>
        inMemory(named) ? 'in memory' : outlive(db, named.id, { before, present: [] }),
      )
      if (gone !== 'in memory') return gone
    }
  }

  function each<T, R>(things: readonly T[], run: (thing: T) => Promise<R>): Promise<R[]> {
    return Promise.all(things.map((thing) => limit(() => run(thing))))
  }

  /** The room in memory, as it is; none where its name is another's by now. */
  function inMemory({ id, name }: Named): LiveRoom | undefined {
    const room = live.get(name)
    return room?.id === id ? room : undefined
  }

  async function forgetIn(named: Named, userId: string): Promise<number> {
    for (;;) {
      const room = inMemory(named)
      if (room) return room.forget(userId)
      const count = await alone(named.name, async () =>
        inMemory(named) ? undefined : forgetCold(named.id, userId),
      )
      if (count !== undefined) return count
    }
  }

  /** Nobody has it in memory: Postgres alone knows of it. */
  async function forgetCold(id: string, userId: string): Promise<number> {
    if ((await deps.ownership.claim(id)) === undefined)
      throw new HubError('not_owner', 'Another node has this room. Send it again.')
    return db.withSystem(
      'erase a person',
      async (tx) => {
        const [room] = await tx.select().from(tables.rooms).where(eq(tables.rooms.id, id))
        if (!room) return 0
        const { about } = await buryAbout(tx, room, userId)
        return about.seqs.length
      },
      { timeoutMs: ERASE_TIMEOUT },
    )
  }

  async function removeRoom(
    named: Named,
    also: (tx: Tx) => Promise<void> = async () => {},
  ): Promise<void> {
    await alone(named.name, async () => {
      // before the rows that say where it is
      await deps.recorder?.erase(named.id)
      const { rooms, moderationCases: cases } = tables
      await db.withSystem(
        'erase room',
        async (tx) => {
          const its = await tx
            .select({ id: cases.id })
            .from(cases)
            .where(eq(cases.roomId, named.id))
          await dropThreads(
            tx,
            its.map(({ id }) => threadNames.case(id)),
          )
          await dropRoomThreads(tx, named.id)
          await tx.delete(rooms).where(eq(rooms.id, named.id))
          await also(tx)
        },
        { timeoutMs: ERASE_TIMEOUT },
      )
      const room = inMemory(named)
      if (!room) return
      room.detachAll()
      deps.drop(room)
      await settled((wait) => bus.publish({ kind: 'erased', room, wait }))
    })
  }
}
