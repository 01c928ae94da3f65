import { type SQL, sql } from 'drizzle-orm'
import type { Database, PersonalFile, PersonalPlace } from '#db'
import type { Recordings } from '../recording/index.ts'
import { ERASE_TIMEOUT } from './tombstones.ts'
import type { RoomPrivacy } from './types.ts'

type Rows = AsyncIterable<Record<string, unknown>>

const PAGE = 1_000

const HOLDS = 'what a moderator or the policy imposed holds until its end, whoever it is about'

/**
 * The places of rooms that hold personal data, in the order in which they are erased: what a person could still do in a
 * room goes before what they did.
 */
export function roomPlaces({
  db,
  privacy,
  recordings,
}: {
  db: Pick<Database, 'withSystem'>
  privacy: RoomPrivacy
  recordings: Pick<Recordings, 'eraseUser' | 'read'>
}): PersonalPlace[] {
  return [
    {
      name: 'rooms',
      tables: ['rooms', 'room_agents'],
      export: (userId) =>
        read(
          (after) => sql`
          select id, name as room, status, media, settings, created_at, opened_at, closed_at from rooms
           where owner_id = ${userId} and ${beyond(sql`id::text`, after)} order by id::text`,
        ),
      erase: async (userId) => ({ erased: await privacy.removeOwned(userId) }),
    },
    {
      name: 'room_members',
      tables: ['room_members'],
      export: (userId) =>
        read(
          (after) => sql`
          select room.id, room.name as room, to_jsonb(member.rights) as rights from room_members member
            join rooms room on room.id = member.room_id
           where member.user_id = ${userId} and ${beyond(sql`room.id::text`, after)} order by room.id::text`,
        ),
      erase: async (userId) => ({ erased: await privacy.forgetMemberships(userId) }),
    },
    {
      name: 'recordings',
      tables: ['recordings'],
      export: (userId) =>
        read(
          (after) => sql`
          select own.id, room.name as room, own.kind, own.started_at, own.ended_at, own.bytes, own.expires_at,
                 'recordings/' || own.id || '.ogg' as file
            from recordings own join rooms room on room.id = own.room_id
           where own.user_id = ${userId} and ${beyond(sql`own.id::text`, after)} order by own.id::text`,
        ),
      files: (userId) => files(userId),
      erase: async (userId) => ({ erased: await recordings.eraseUser(userId) }),
    },
    {
      name: 'room_events',
      tables: ['room_events'],
      export: own,
      erase: async (userId) => ({ erased: await privacy.forgetInLogs(userId) }),
    },
    {
      name: 'moderation_cases',
      tables: ['moderation_cases'],
      // what a moderator noted for others is theirs
      export: (userId) =>
        read(
          (after) => sql`
          select own.id, room.name as room, own.status, own.action, own.minutes, own.until_at, own.reason,
                 to_jsonb(own.categories) as categories, own.scores, to_jsonb(own.evidence) as evidence,
                 own.opened_at, own.decided_at
            from moderation_cases own join rooms room on room.id = own.room_id
           where own.target_id = ${userId} and ${beyond(sql`own.id`, after)} order by own.id`,
        ),
      async erase(userId) {
        const { erased, kept } = await privacy.forgetCases(userId)
        return { erased, ...(kept > 0 ? { kept: { count: kept, why: HOLDS } } : {}) }
      },
    },
    {
      name: 'restrictions',
      tables: ['restrictions'],
      export: (userId) =>
        read(
          (after) => sql`
          select own.id, room.name as room, own.kind, own.from_at, own.until_at, own.lifted_at
            from restrictions own join rooms room on room.id = own.room_id
           where own.user_id = ${userId} and ${beyond(sql`own.id::text`, after)} order by own.id::text`,
        ),
      async erase(userId) {
        const { erased, kept } = await privacy.forgetRestrictions(userId)
        return { erased, ...(kept > 0 ? { kept: { count: kept, why: HOLDS } } : {}) }
      },
    },
    {
      name: 'consents',
      tables: ['consents'],
      export: (userId) =>
        read(
          (after) => sql`
          select own.id, room.name as room, own.kind, own.at
            from consents own join rooms room on room.id = own.room_id
           where own.user_id = ${userId} and ${beyond(sql`own.id::text`, after)} order by own.id::text`,
        ),
      erase: async (userId) => ({ erased: await privacy.forgetConsents(userId) }),
    },
  ]

  /** Page by page, each in a short transaction; by `key` of the last row the next page begins. */
  async function* read(page: (after: string | undefined) => SQL, key: 'id' | 'seq' = 'id'): Rows {
    let after: string | undefined
    for (;;) {
      const rows = await db.withSystem(
        'export a person',
        (tx) => tx.execute<Record<string, unknown>>(sql`${page(after)} limit ${PAGE}`),
        { timeoutMs: ERASE_TIMEOUT },
      )
      yield* rows
      const last = rows.at(-1)
      if (!last || rows.length < PAGE) return
      after = String(last[key])
    }
  }

  /** What they said, did and asked agents, room by room in its order; never what others said to them. */
  async function* own(userId: string): Rows {
    const theirs = sql`not erased and (actor_id = ${userId}
      or (type = 'run.started' and data ->> 'asked_by' = ${userId} and data ? 'question'))`
    const rooms = await db.withSystem(
      'export a person',
      (tx) =>
        tx.execute<{ id: string; name: string }>(sql`
          select id, name from rooms
           where id in (select room_id from room_events where ${theirs})
           order by created_at, id`),
      { timeoutMs: ERASE_TIMEOUT },
    )
    for (const room of rooms)
      yield* read(
        (after) => sql`
          select ${room.name}::text as room, seq, at, type, to_id as to, data,
                 case when actor_id = ${userId} then actor_name end as name
            from room_events
           where room_id = ${room.id} and ${theirs}
             and ${beyond(sql`seq`, after)} order by seq`,
        'seq',
      )
  }

  async function* files(userId: string): AsyncIterable<PersonalFile> {
    for await (const { id, place } of read(
      (after) => sql`
      select id, place from recordings
       where user_id = ${userId} and ${beyond(sql`id::text`, after)} order by id::text`,
    ))
      yield {
        name: `recordings/${String(id)}.ogg`,
        open: () => recordings.read(String(place)),
      }
  }
}

function beyond(id: SQL, after: string | undefined): SQL {
  return after === undefined ? sql`true` : sql`${id} > ${after}`
}
