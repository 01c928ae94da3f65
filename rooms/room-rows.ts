import { and, arrayContains, eq, inArray, or } from 'drizzle-orm'
import { type Database, tables } from '#db'
import type { Principal, RoomSettings } from '#protocol'

type Db = Pick<Database, 'withSystem'>
type AuditedDb = Pick<Database, 'withSystem' | 'audit'>

const { rooms, roomMembers: members, moderationCases: cases } = tables

export async function idOf(db: Db, name: string): Promise<string | undefined> {
  const [row] = await db.withSystem('find room', (tx) =>
    tx.select({ id: rooms.id }).from(rooms).where(eq(rooms.name, name)),
  )
  return row?.id
}

/** Names of the rooms that live on: the open ones, and those in which a case waits for a person until its end. */
export async function namesToBring(db: Db): Promise<string[]> {
  const rows = await db.withSystem('find open rooms', (tx) => {
    const waiting = tx.select({ id: cases.roomId }).from(cases).where(eq(cases.status, 'open'))
    return tx
      .select({ name: rooms.name })
      .from(rooms)
      .where(or(eq(rooms.status, 'open'), inArray(rooms.id, waiting)))
  })
  return rows.map((row) => row.name)
}

/** Names of the rooms that the principal may moderate. */
export async function namesModerated(db: Db, principal: Principal): Promise<string[]> {
  if (principal.rooms) return Object.keys(principal.rooms)
  const { userId } = principal
  const rows = await db.withSystem('find moderated rooms', (tx) => {
    const moderating = tx
      .select({ id: members.roomId })
      .from(members)
      .where(and(eq(members.userId, userId), arrayContains(members.rights, ['moderate'])))
    return tx
      .select({ name: rooms.name })
      .from(rooms)
      .where(or(eq(rooms.ownerId, userId), inArray(rooms.id, moderating)))
  })
  return rows.map((row) => row.name)
}

/** Does nothing where there is one of that name. */
export async function insertRoom(
  db: AuditedDb,
  room: { name: string; owner: Principal; settings: RoomSettings; now: number },
): Promise<void> {
  const { name, owner, settings, now } = room
  const ownerId = owner.userId
  await db.withSystem('create room', async (tx) => {
    const made = await tx
      .insert(rooms)
      .values({ name, ownerId, settings, createdAt: now, openedAt: now })
      .onConflictDoNothing()
      .returning({ id: rooms.id })
    if (made.length > 0)
      await db.audit(tx, {
        ...{ owner: ownerId, action: 'room.created', by: owner },
        details: { room: name, settings },
      })
  })
}

/** Where the room's people are: of its rows alone, since its log has it of each. */
export async function writeMedia(
  room: { id: string; db: Db; media: 'local' | 'livekit' },
  media: 'local' | 'livekit',
): Promise<void> {
  await room.db.withSystem('set media', (tx) =>
    tx.update(rooms).set({ media }).where(eq(rooms.id, room.id)),
  )
  room.media = media
}
