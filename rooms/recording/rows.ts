import { and, eq, inArray, isNotNull, like, lte } from 'drizzle-orm'
import { type Database, type Tx, tables } from '#db'

type Db = Pick<Database, 'withSystem'>
type Row = typeof tables.recordings.$inferSelect

const rows = tables.recordings

/** Writes a row, or what is new about it: its end may be known when its beginning could not be written. */
export async function writeRecording(db: Db, row: Row): Promise<void> {
  const { endedAt, bytes, place } = row
  await db.withSystem('keep a recording', (tx) =>
    tx
      .insert(rows)
      .values(row)
      .onConflictDoUpdate({ target: rows.id, set: { endedAt, bytes, place } }),
  )
}

/** Moves one, or says where it ended; false when it was deleted meanwhile. */
export async function changeRecording(
  db: Db,
  id: string,
  change: Partial<Pick<Row, 'endedAt' | 'bytes' | 'place'>>,
): Promise<boolean> {
  const changed = await db.withSystem('keep a recording', (tx) =>
    tx.update(rows).set(change).where(eq(rows.id, id)).returning({ id: rows.id }),
  )
  return changed.length > 0
}

/** Deletes one; `also` is committed with it. */
export async function deleteRecording(
  db: Db,
  id: string,
  also: (tx: Tx) => Promise<void> = async () => {},
): Promise<void> {
  await db.withSystem('delete recordings', async (tx) => {
    await tx.delete(rows).where(eq(rows.id, id))
    await also(tx)
  })
}

export const recordingsOf = (db: Db, roomId: string): Promise<Row[]> =>
  db.withSystem('find recordings', (tx) => tx.select().from(rows).where(eq(rows.roomId, roomId)))

/** A person's, in all rooms. */
export const recordingsBy = (db: Db, userId: string): Promise<Row[]> =>
  db.withSystem('find recordings', (tx) => tx.select().from(rows).where(eq(rows.userId, userId)))

export const expiredRecordings = (db: Db, now: number, limit: number): Promise<Row[]> =>
  db.withSystem('find recordings', (tx) =>
    tx.select().from(rows).where(lte(rows.expiresAt, now)).limit(limit),
  )

/** Finished ones in a place that begins so. */
export const finishedAt = (db: Db, prefix: string, limit: number): Promise<Row[]> =>
  db.withSystem('find recordings', (tx) =>
    tx
      .select()
      .from(rows)
      .where(and(like(rows.place, `${prefix}%`), isNotNull(rows.endedAt)))
      .limit(limit),
  )

export async function findRecordings(db: Db, ids: string[]): Promise<Map<string, Row>> {
  if (ids.length === 0) return new Map()
  const found = await db.withSystem('find recordings', (tx) =>
    tx.select().from(rows).where(inArray(rows.id, ids)),
  )
  return new Map(found.map((row) => [row.id, row]))
}
