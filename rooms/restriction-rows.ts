import { and, eq, inArray, isNull } from 'drizzle-orm'
import { type Tx, tables } from '#db'
import type { Restriction } from './restrictions.ts'

/** Writes a restriction; one of the same kind that held until now is lifted by it. */
export async function imposeRow(
  tx: Tx,
  roomId: string,
  { id, userId, kind, caseId, until }: Restriction,
  now: number,
): Promise<void> {
  const rows = tables.restrictions
  await tx
    .update(rows)
    .set({ liftedAt: now })
    .where(
      and(
        eq(rows.roomId, roomId),
        eq(rows.userId, userId),
        eq(rows.kind, kind),
        isNull(rows.liftedAt),
      ),
    )
  await tx.insert(rows).values({ id, roomId, userId, kind, caseId, fromAt: now, untilAt: until })
}

export async function liftRows(tx: Tx, restrictions: Restriction[], now: number): Promise<void> {
  const rows = tables.restrictions
  const ids = restrictions.map((restriction) => restriction.id)
  if (ids.length > 0) await tx.update(rows).set({ liftedAt: now }).where(inArray(rows.id, ids))
}
