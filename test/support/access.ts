import { eq, sql } from 'drizzle-orm'
import { type Database, type Scopes, type Tx, tables } from '#db'

export type Who = Parameters<Scopes['withUser']>[0]

export const people = {
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

export type Person = keyof typeof people

/** What each person may do with the room; everybody else may not. */
export const allowed = {
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
  'add an agent': ['owner', 'moderator', 'grantedModerator'],
  'change its agents': ['owner', 'moderator', 'grantedModerator'],
  'drop an agent': ['owner', 'moderator', 'grantedModerator'],
  'keep an answer': Object.keys(people).filter((name) => name !== 'nobody') as Person[],
  'read the nodes': ['admin'],
  'read its recordings': ['owner', 'moderator', 'grantedModerator'],
  'read the rules of arrival': ['admin'],
  'add a rule of arrival': ['admin'],
  'change the rules of arrival': ['admin'],
  'drop the rules of arrival': ['admin'],
} satisfies Record<string, Person[]>

export type Action = keyof typeof allowed
export const actions = Object.keys(allowed) as Action[]

/** A room with everything in it; answers its id. */
export function seed(db: Database): Promise<string> {
  return db.withSystem('seed', async (tx) => {
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
      ...{ action: 'warn', expiresAt: 2, onExpiry: 'reject' },
    })
    await tx.insert(tables.restrictions).values([
      { roomId: room.id, userId: 'wim', kind: 'muted', fromAt: 1 },
      { roomId: room.id, userId: 'sam', kind: 'removed', fromAt: 1 },
    ])
    await tx.insert(tables.roomAgents).values({ roomId: room.id, workflow: 'qa', name: 'Aura' })
    await tx
      .insert(tables.nodes)
      .values({ id: 'n1', fence: 1, expiresAt: new Date('2100-01-01T00:00:00Z') })
    await tx.insert(tables.recordings).values({
      ...{ roomId: room.id, kind: 'clip', userId: 'sam', userName: 'Sam', caseId: 'c1' },
      ...{ startedAt: 1, place: 'p', expiresAt: 2 },
    })
    await tx.insert(tables.arrivalRules).values({ pattern: '*', position: 1, createdAt: 1 })
    return room.id
  })
}

/** Each answers whether something was seen or changed. */
const attempts: Record<Action, (tx: Tx, roomId: string, userId: string) => Promise<boolean>> = {
  'read the room': async (tx, roomId) =>
    (await tx.select().from(tables.rooms).where(eq(tables.rooms.id, roomId))).length === 1,
  'read its log': async (tx, roomId) =>
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
  'add a member': async (tx, roomId) =>
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
  'add an agent': async (tx, roomId) =>
    (
      await tx
        .insert(tables.roomAgents)
        .values({ roomId, workflow: 'summarization', name: 'Sum' })
        .returning()
    ).length === 1,
  'drop an agent': async (tx) => (await tx.delete(tables.roomAgents).returning()).length === 1,
  'change its agents': async (tx) =>
    (await tx.update(tables.roomAgents).set({ enabled: false }).returning()).length === 1,
  'keep an answer': async (tx, _, userId) =>
    (
      await tx
        .insert(tables.idempotencyKeys)
        .values({ userId, method: 'POST', path: '/', key: 'k', fingerprint: 'f', createdAt: 1 })
        .returning()
    ).length === 1,
  'read the nodes': async (tx) => (await tx.select().from(tables.nodes)).length === 1,
  'read its recordings': async (tx) => (await tx.select().from(tables.recordings)).length === 1,
  'read the rules of arrival': async (tx) =>
    (await tx.select().from(tables.arrivalRules)).length === 1,
  'add a rule of arrival': async (tx) =>
    (
      await tx
        .insert(tables.arrivalRules)
        .values({ pattern: 'a*', position: 2, createdAt: 1 })
        .returning()
    ).length === 1,
  'change the rules of arrival': async (tx) =>
    (await tx.update(tables.arrivalRules).set({ join: false }).returning()).length === 1,
  'drop the rules of arrival': async (tx) =>
    (await tx.delete(tables.arrivalRules).returning()).length === 1,
}

class Undo extends Error {}

/** Tries it in a transaction that is undone, so that the attempts do not meet. */
export async function can(db: Database, roomId: string, who: Who, action: Action) {
  let result = false
  try {
    await db.withUser(who, async (tx) => {
      result = await attempts[action](tx, roomId, who.userId)
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
