import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Database, type Scopes, type Tx, tables } from '#db'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'

type Who = Parameters<Scopes['withUser']>[0]

const people = {
  owner: { userId: 'olga', role: 'user' },
  watcher: { userId: 'wim', role: 'user' },
  moderator: { userId: 'mona', role: 'user' },
  memberWithoutRights: { userId: 'nora', role: 'user' },
  granted: { userId: 'lk:Room é:guest', role: 'user', rooms: { 'Room é': ['join'] } },
  grantedDecomposed: { userId: 'dora', role: 'user', rooms: { 'Room e\u0301': ['watch'] } },
  grantedModerator: { userId: 'gert', role: 'user', rooms: { 'Room é': ['moderate'] } },
  grantedNothing: { userId: 'none', role: 'user', rooms: { 'Room é': [] } },
  ownerElsewhere: { userId: 'olga', role: 'user', rooms: { Other: ['moderate'] } },
  ownerCutToWatch: { userId: 'olga', role: 'user', rooms: { 'Room é': ['watch'] } },
  stranger: { userId: 'sam', role: 'user' },
  roleModerator: { userId: 'rick', role: 'moderator' },
  admin: { userId: 'ada', role: 'admin' },
  adminCut: { userId: 'ada', role: 'admin', rooms: {} },
  nobody: { userId: '', role: 'user' },
} satisfies Record<string, Who>

type Person = keyof typeof people

/** What each person may do with the room; everybody else may not. */
const allowed = {
  'read the room': [
    'owner',
    'watcher',
    'moderator',
    'granted',
    'grantedDecomposed',
    'grantedModerator',
    'ownerCutToWatch',
    'admin',
  ],
  'read its log': [
    'owner',
    'watcher',
    'moderator',
    'granted',
    'grantedDecomposed',
    'grantedModerator',
    'ownerCutToWatch',
  ],
  'read all members': ['owner', 'moderator', 'grantedModerator'],
  'read its cases': ['owner', 'moderator', 'grantedModerator'],
  'read all restrictions': ['owner', 'moderator', 'grantedModerator'],
  'read its agents': [
    'owner',
    'watcher',
    'moderator',
    'granted',
    'grantedDecomposed',
    'grantedModerator',
    'ownerCutToWatch',
  ],
  'change its settings': ['owner'],
  'add a member': ['owner', 'moderator', 'grantedModerator'],
  'change a member': ['owner', 'moderator', 'grantedModerator'],
  'drop a member': ['owner', 'moderator', 'grantedModerator'],
  'change its agents': ['owner', 'moderator', 'grantedModerator'],
  'read the nodes': ['admin'],
} satisfies Record<string, Person[]>

let database: TestDatabase
let db: Database
let roomId: string

beforeAll(async () => {
  database = await createTestDatabase()
  db = await database.open()
  roomId = await db.withSystem('seed', async (tx) => {
    const times = { createdAt: 1, openedAt: 1 }
    const [room] = await tx
      .insert(tables.rooms)
      .values([
        { name: 'Room é', ownerId: 'olga', ...times },
        { name: 'Other', ownerId: 'other', ...times },
      ])
      .returning({ id: tables.rooms.id })
    if (!room) throw new Error('no room')
    await tx.insert(tables.roomMembers).values([
      { roomId: room.id, userId: 'wim', rights: ['watch'] },
      { roomId: room.id, userId: 'mona', rights: ['moderate'] },
      { roomId: room.id, userId: 'nora', rights: [] },
    ])
    await tx.insert(tables.roomEvents).values({
      ...{ roomId: room.id, seq: 1, id: 'e1', at: 1, type: 'chat.message', data: { text: 'hi' } },
      ...{ actorId: 'olga', actorName: 'Olga', actorKind: 'person' },
    })
    await tx.insert(tables.moderationCases).values({
      ...{ id: 'c1', roomId: room.id, targetId: 'sam', targetName: 'Sam', status: 'open' },
      ...{ reason: 'r', by: 'policy', stage: 'rules', categories: [], evidence: [1], openedAt: 1 },
    })
    await tx.insert(tables.restrictions).values([
      { roomId: room.id, userId: 'wim', kind: 'muted', fromAt: 1 },
      { roomId: room.id, userId: 'sam', kind: 'removed', fromAt: 1 },
    ])
    await tx.insert(tables.roomAgents).values({ roomId: room.id, workflow: 'qa', name: 'Aura' })
    await tx
      .insert(tables.nodes)
      .values({ id: 'n1', fence: 1, expiresAt: new Date('2100-01-01T00:00:00Z') })
    return room.id
  })
})

afterAll(async () => {
  await db.close()
  await database.drop()
})

/** Each answers whether something was seen or changed. */
const attempts: Record<keyof typeof allowed, (tx: Tx) => Promise<boolean>> = {
  'read the room': async (tx) =>
    (await tx.select().from(tables.rooms).where(eq(tables.rooms.id, roomId))).length === 1,
  'read its log': async (tx) =>
    (await tx.execute(sql`select seq from room_log(${roomId}, 0, 10)`)).length === 1,
  'read all members': async (tx) => (await tx.select().from(tables.roomMembers)).length === 3,
  'read its cases': async (tx) => (await tx.select().from(tables.moderationCases)).length === 1,
  'read all restrictions': async (tx) => (await tx.select().from(tables.restrictions)).length === 2,
  'read its agents': async (tx) => (await tx.select().from(tables.roomAgents)).length === 1,
  'change its settings': async (tx) =>
    (
      await tx
        .update(tables.rooms)
        .set({ settings: { a: 1 } })
        .returning()
    ).length === 1,
  'add a member': async (tx) =>
    (await tx.insert(tables.roomMembers).values({ roomId, userId: 'new', rights: [] }).returning())
      .length === 1,
  'change a member': async (tx) =>
    (
      await tx
        .update(tables.roomMembers)
        .set({ rights: ['join'] })
        .returning()
    ).length === 3,
  'drop a member': async (tx) => (await tx.delete(tables.roomMembers).returning()).length === 3,
  'change its agents': async (tx) =>
    (await tx.update(tables.roomAgents).set({ enabled: false }).returning()).length === 1,
  'read the nodes': async (tx) => (await tx.select().from(tables.nodes)).length === 1,
}

class Undo extends Error {}

/** Tries it in a transaction that is undone, so that the cases do not meet. */
async function can(who: Who, attempt: (tx: Tx) => Promise<boolean>): Promise<boolean> {
  let result = false
  try {
    await db.withUser(who, async (tx) => {
      result = await attempt(tx)
      throw new Undo()
    })
  } catch (error) {
    if (error instanceof Undo) return result
    // row level security refuses what would be written with this code
    if (error instanceof Error && 'code' in error && error.code === '42501') return false
    throw error
  }
  return result
}

describe.each(Object.entries(attempts))('%s', (action, attempt) => {
  const may: readonly string[] = allowed[action as keyof typeof allowed]
  test.each(Object.entries(people))('%s', async (name, who) => {
    expect(await can(who, attempt)).toBe(may.includes(name))
  })
})

test('a member sees the own membership and the own restriction alone', async () => {
  await db.withUser(people.watcher, async (tx) => {
    expect(await tx.select().from(tables.roomMembers)).toMatchObject([{ userId: 'wim' }])
    expect(await tx.select().from(tables.restrictions)).toMatchObject([{ userId: 'wim' }])
  })
})

test.each(["insert into rooms (name, owner_id, created_at, opened_at) values ('x', 'olga', 1, 1)"])(
  'requests do not write what the hub writes: %s',
  async (statement) => {
    const attempt = db.withUser(people.owner, (tx) => tx.execute(sql.raw(statement)))
    await expect(attempt).rejects.toMatchObject({ code: '42501' })
  },
)

test.each(['rooms', 'room_events', 'restrictions', 'moderation_cases', 'nodes'])(
  'requests cannot delete from %s',
  async (table) => {
    const attempt = db.withUser(people.owner, (tx) => tx.execute(sql.raw(`delete from ${table}`)))
    await expect(attempt).rejects.toMatchObject({ code: '42501' })
  },
)

test('requests cannot read the log past room_log', async () => {
  const attempt = db.withUser(people.owner, (tx) => tx.select().from(tables.roomEvents))
  await expect(attempt).rejects.toMatchObject({ code: '42501' })
})

test('an answer kept for a repeated creation is seen by its user alone', async () => {
  const row = { method: 'POST', path: '/x', key: 'k', fingerprint: 'f', createdAt: 1 }
  await db.withUser(people.owner, (tx) =>
    tx.insert(tables.idempotencyKeys).values({ userId: 'olga', ...row }),
  )
  const seen = (who: Who) => db.withUser(who, (tx) => tx.select().from(tables.idempotencyKeys))
  expect(await seen(people.owner)).toHaveLength(1)
  expect(await seen(people.stranger)).toEqual([])
  const forged = db.withUser(people.stranger, (tx) =>
    tx.insert(tables.idempotencyKeys).values({ userId: 'olga', ...row, key: 'k2' }),
  )
  await expect(forged).rejects.toMatchObject({ code: '42501' })
})

test('claims that are not what they should be open nothing', async () => {
  for (const claims of [
    '',
    '{}',
    'null',
    '{"sub":"olga","rooms":null}',
    '{"sub":"olga","rooms":[]}',
  ]) {
    const rows = await db.withUser(people.stranger, async (tx) => {
      await tx.execute(sql`select set_config('request.jwt.claims', ${claims}, true)`)
      return tx.select().from(tables.rooms)
    })
    expect({ claims, rows }).toEqual({ claims, rows: [] })
  }
})
