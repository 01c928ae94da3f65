import { and, eq, gt, inArray, isNull, or } from 'drizzle-orm'
import { type Tx, tables } from '#db'
import type { Restriction } from './restrictions.ts'

/** Writes a restriction; one of the same kind that held until now is lifted by it. */
export async function imposeRow(
  tx: Tx,
  roomId: string,
  { id, userId, kind, caseId, until, replaces }: Restriction,
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
  await tx.insert(rows).values({
    ...{ id, roomId, userId, kind, caseId, fromAt: now, untilAt: until },
    replaces: replaces?.id ?? null,
  })
}

export async function liftRows(tx: Tx, restrictions: Restriction[], now: number): Promise<void> {
  const rows = tables.restrictions
  const ids = restrictions.map((restriction) => restriction.id)
  if (ids.length > 0) await tx.update(rows).set({ liftedAt: now }).where(inArray(rows.id, ids))
}

/** What holds in a room now, each with what it replaced. */
export async function readRestrictions(
  tx: Tx,
  roomId: string,
  now: number,
): Promise<Restriction[]> {
  const rows = tables.restrictions
  const held = await tx
    .select()
    .from(rows)
    .where(
      and(
        eq(rows.roomId, roomId),
        isNull(rows.liftedAt),
        or(isNull(rows.untilAt), gt(rows.untilAt, now)),
      ),
    )
  const byId = new Map(held.map((row) => [row.id, row]))
  for (let found = held; found.length > 0; ) {
    const wanted = found.flatMap(({ replaces }) =>
      replaces === null || byId.has(replaces) ? [] : [replaces],
    )
    found = wanted.length > 0 ? await tx.select().from(rows).where(inArray(rows.id, wanted)) : []
    for (const row of found) byId.set(row.id, row)
  }
  return held.map(restriction)

  function restriction(row: typeof rows.$inferSelect): Restriction {
    const { id, userId, kind, caseId, untilAt } = row
    const replaced = row.replaces === null ? undefined : byId.get(row.replaces)
    return {
      ...{ id, userId, kind, caseId: caseId ?? '', until: untilAt },
      ...(replaced ? { replaces: restriction(replaced) } : {}),
    }
  }
}
