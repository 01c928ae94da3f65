import { and, desc, eq } from 'drizzle-orm'
import type { Tx } from '../connection/transaction.ts'
import { beyond, type Page } from '../queries/rooms.ts'
import { consents, rooms } from '../schema/index.ts'

export interface ConsentRow {
  id: string
  room: string
  user: string
  kind: (typeof consents.$inferSelect)['kind']
  at: number
}

/** Of a person, or of a room; newest first. */
export function listConsents(
  tx: Tx,
  { of, after, limit }: Page & { of: { userId: string } | { roomId: string } },
): Promise<ConsentRow[]> {
  const { id, userId: user, kind, at } = consents
  return tx
    .select({ id, room: rooms.name, user, kind, at })
    .from(consents)
    .innerJoin(rooms, eq(rooms.id, consents.roomId))
    .where(
      and(
        'userId' in of ? eq(consents.userId, of.userId) : eq(consents.roomId, of.roomId),
        beyond(after, at, id),
      ),
    )
    .orderBy(desc(at), desc(id))
    .limit(limit)
}
