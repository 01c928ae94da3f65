import { and, desc, eq, gt, isNull, lt, or, type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import type { Tx } from '../connection/transaction.ts'
import { moderationCases, restrictions, roomMembers, rooms } from '../schema/index.ts'

// Run these in `withUser`: row level security leaves out what the principal may not see.

export type RoomRow = typeof rooms.$inferSelect
export type CaseRow = typeof moderationCases.$inferSelect

/** Where a page of a list begins: after this row, newest first. */
interface Position {
  at: number
  id: string
}

/** Of a list, newest first. */
export interface Page {
  after: Position | undefined
  limit: number
}

interface RoomFilter {
  status?: 'open' | 'closed' | undefined
  /** A part of the name, in upper or lower case. */
  name?: string | undefined
}

/** Rooms that the principal may see, newest first. */
export function listRooms(
  tx: Tx,
  { after, limit, status, name }: RoomFilter & Page,
): Promise<RoomRow[]> {
  return tx
    .select()
    .from(rooms)
    .where(
      and(
        status && eq(rooms.status, status),
        // not LIKE: a name may hold its wildcards
        name === undefined ? undefined : sql`position(lower(${name}) in lower(${rooms.name})) > 0`,
        beyond(after, rooms.createdAt, rooms.id),
      ),
    )
    .orderBy(desc(rooms.createdAt), desc(rooms.id))
    .limit(limit)
}

/** A room as its reader may see it. An admin sees it without being able to read it. */
export async function findRoom(
  tx: Tx,
  name: string,
): Promise<{ room: RoomRow; reads: boolean; moderates: boolean } | undefined> {
  const [found] = await tx
    .select({
      room: rooms,
      reads: sql<boolean>`${rooms.id} = any (hub_readable_rooms())`,
      moderates: sql<boolean>`${rooms.id} = any (hub_moderated_rooms())`,
    })
    .from(rooms)
    .where(eq(rooms.name, name))
  return found
}

/** Until when the person is kept out of the room: null for good, undefined when they are not. */
export async function removedUntil(
  tx: Tx,
  roomId: string,
  userId: string,
  now: number,
): Promise<number | null | undefined> {
  const [found] = await tx
    .select({ until: restrictions.untilAt })
    .from(restrictions)
    .where(
      and(
        eq(restrictions.roomId, roomId),
        eq(restrictions.userId, userId),
        eq(restrictions.kind, 'removed'),
        isNull(restrictions.liftedAt),
        or(isNull(restrictions.untilAt), gt(restrictions.untilAt, now)),
      ),
    )
  return found?.until
}

export async function findMember(
  tx: Tx,
  roomId: string,
  userId: string,
): Promise<typeof roomMembers.$inferSelect | undefined> {
  const [member] = await tx
    .select()
    .from(roomMembers)
    .where(and(eq(roomMembers.roomId, roomId), eq(roomMembers.userId, userId)))
  return member
}

/** A room's cases, newest first. */
export function listCases(
  tx: Tx,
  {
    roomId,
    status,
    after,
    limit,
  }: Page & { roomId: string; status: CaseRow['status'] | undefined },
): Promise<CaseRow[]> {
  const cases = moderationCases
  return tx
    .select()
    .from(cases)
    .where(
      and(
        eq(cases.roomId, roomId),
        status && eq(cases.status, status),
        beyond(after, cases.openedAt, cases.id),
      ),
    )
    .orderBy(desc(cases.openedAt), desc(cases.id))
    .limit(limit)
}

/** Rows that come after a place in a list. */
export function beyond(after: Position | undefined, at: PgColumn, id: PgColumn): SQL | undefined {
  return after && or(lt(at, after.at), and(eq(at, after.at), lt(id, after.id)))
}
