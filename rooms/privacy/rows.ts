import { and, eq, inArray, not, or, type SQL, sql } from 'drizzle-orm'
import { dropThreads, type Tx, tables, threadNames } from '#db'
import { ERASED } from '../cases.ts'

const { consents, moderationCases: cases, restrictions, roomMembers: members, rooms } = tables

/** Of these restrictions those that hold at a time, with what they replaced: that holds again when they are taken back. */
const held = (these: SQL, at: number) => sql`
  with recursive held as (
    select * from restrictions
     where ${these} and lifted_at is null and (until_at is null or until_at > ${at})
    union
    select before.* from restrictions before join held on before.id = held.replaces
  )`

/** Whether a case is one by which something holds. */
export const isNeeded = (these: SQL, at: number) => sql`${cases.id} in (
  ${held(these, at)} select case_id from held where case_id is not null)`

export async function eraseRestrictions(tx: Tx, userId: string, now: number) {
  const [counts] = await tx.execute<{ erased: number; kept: number }>(sql`
    ${held(sql`user_id = ${userId}`, now)}, gone as (
      delete from restrictions
       where user_id = ${userId} and id not in (select id from held) returning id)
    select (select count(*)::integer from gone) as erased,
           (select count(*)::integer from held) as kept`)
  return { erased: counts?.erased ?? 0, kept: counts?.kept ?? 0 }
}

/**
 * Cases about the person go, with their threads. One by which something still holds is kept, so that it can be undone.
 * What they decided about others stays decided, by nobody.
 */
export async function eraseCases(tx: Tx, userId: string, now: number) {
  const gone = await tx
    .delete(cases)
    .where(and(eq(cases.targetId, userId), not(isNeeded(sql`user_id = ${userId}`, now))))
    .returning({ id: cases.id })
  await dropThreads(
    tx,
    gone.map(({ id }) => threadNames.case(id)),
  )
  const kept = await tx
    .update(cases)
    .set({ targetName: ERASED, reason: '', note: null, evidence: [], scores: {} })
    .where(eq(cases.targetId, userId))
    .returning({ id: cases.id })
  const decided = await tx
    .update(cases)
    .set({
      by: sql`case when ${cases.by} = ${userId} then ${ERASED} else ${cases.by} end`,
      // these are words of theirs
      reason: sql`case when ${cases.by} = ${userId} then '' else ${cases.reason} end`,
      note: sql`case when ${cases.decidedBy} = ${userId} then null else ${cases.note} end`,
      decidedBy: sql`case when ${cases.decidedBy} = ${userId} then ${ERASED} else ${cases.decidedBy} end`,
    })
    .where(or(eq(cases.by, userId), eq(cases.decidedBy, userId)))
    .returning({ id: cases.id })
  return { erased: gone.length + decided.length, kept: kept.length, gone: gone.map(({ id }) => id) }
}

/** Cases that were kept of who is erased, by which nothing holds any more. */
export function casesKeptInVain(tx: Tx, now: number) {
  return tx
    .select({ id: cases.id, roomId: cases.roomId, name: rooms.name })
    .from(cases)
    .innerJoin(rooms, eq(rooms.id, cases.roomId))
    .where(
      and(
        // as `eraseCases` leaves them: somebody may call themselves so
        eq(cases.targetName, ERASED),
        eq(cases.reason, ''),
        sql`cardinality(${cases.evidence}) = 0`,
        not(isNeeded(sql`true`, now)),
      ),
    )
}

/** Events that are not erased. */
export async function seqsOfCase(tx: Tx, roomId: string, caseId: string): Promise<number[]> {
  const rows = await tx.execute<{ seq: string }>(sql`
    select seq from room_events
     where room_id = ${roomId} and not erased and data ->> 'case' = ${caseId}`)
  return rows.map(({ seq }) => Number(seq))
}

/** With what held by them: the last that is known of a person. */
export async function dropCases(tx: Tx, ids: string[]): Promise<void> {
  await tx.delete(restrictions).where(inArray(restrictions.caseId, ids))
  await tx.delete(cases).where(inArray(cases.id, ids))
}

export async function eraseConsents(tx: Tx, userId: string): Promise<number> {
  const gone = await tx
    .delete(consents)
    .where(eq(consents.userId, userId))
    .returning({ id: consents.id })
  return gone.length
}

/** Answers how many. */
export async function eraseMemberships(tx: Tx, userId: string): Promise<number> {
  const gone = await tx.delete(members).where(eq(members.userId, userId)).returning()
  return gone.length
}
