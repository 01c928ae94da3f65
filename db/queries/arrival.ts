import { and, asc, eq, gt, max, or } from 'drizzle-orm'
import type { Tx } from '../connection/transaction.ts'
import { rooms, arrivalRules as rules } from '../schema/index.ts'

export type ArrivalRuleRow = typeof rules.$inferSelect
type Fields = Omit<ArrivalRuleRow, 'id' | 'createdAt'>

const inOrder = [asc(rules.position), asc(rules.id)]

/** All rules, in the order in which they are tried; none but for an admin and for the hub itself. */
export function readArrivalRules(tx: Tx): Promise<ArrivalRuleRow[]> {
  return tx
    .select()
    .from(rules)
    .orderBy(...inOrder)
}

/** A page of them. */
export function listArrivalRules(
  tx: Tx,
  { after, limit }: { after: { at: number; id: string } | undefined; limit: number },
): Promise<ArrivalRuleRow[]> {
  return tx
    .select()
    .from(rules)
    .where(
      after &&
        or(gt(rules.position, after.at), and(eq(rules.position, after.at), gt(rules.id, after.id))),
    )
    .orderBy(...inOrder)
    .limit(limit)
}

/** Without a position it is the last. Undefined: there is one for this pattern. */
export async function insertArrivalRule(
  tx: Tx,
  rule: Omit<Fields, 'position'> & { position?: number | undefined; createdAt: number },
): Promise<ArrivalRuleRow | undefined> {
  const position = rule.position ?? (await lastPosition(tx)) + 1
  const [made] = await tx
    .insert(rules)
    .values({ ...rule, position })
    .onConflictDoNothing()
    .returning()
  return made
}

/** What is left out stays as it is. Undefined: there is no such rule. */
export async function updateArrivalRule(
  tx: Tx,
  id: string,
  patch: Partial<Fields>,
): Promise<ArrivalRuleRow | undefined> {
  const [changed] = await (Object.keys(patch).length === 0
    ? tx.select().from(rules).where(eq(rules.id, id))
    : tx.update(rules).set(patch).where(eq(rules.id, id)).returning())
  return changed
}

/** The rule as it was. Undefined: there is no such rule. */
export async function deleteArrivalRule(tx: Tx, id: string): Promise<ArrivalRuleRow | undefined> {
  const [gone] = await tx.delete(rules).where(eq(rules.id, id)).returning()
  return gone
}

/** The sid of the LiveKit room of this name that agents were sent out of last. */
export async function readKeptOut(tx: Tx, name: string): Promise<string | null> {
  const [room] = await tx.select({ keptOut: rooms.keptOut }).from(rooms).where(eq(rooms.name, name))
  return room?.keptOut ?? null
}

export async function writeKeptOut(tx: Tx, name: string, sid: string | null): Promise<void> {
  await tx.update(rooms).set({ keptOut: sid }).where(eq(rooms.name, name))
}

async function lastPosition(tx: Tx): Promise<number> {
  const [row] = await tx.select({ last: max(rules.position) }).from(rules)
  return row?.last ?? 0
}
