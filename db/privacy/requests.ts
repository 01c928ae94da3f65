import { and, count, desc, eq, gt, inArray, isNotNull, lt, ne, sql } from 'drizzle-orm'
import type { Tx } from '../connection/transaction.ts'
import { beyond, type Page } from '../queries/rooms.ts'
import { auditChains, privacyRequests as requests } from '../schema/index.ts'

export type PrivacyRequestRow = typeof requests.$inferSelect
export type PrivacyKind = PrivacyRequestRow['kind']

const UNDER_WAY: PrivacyRequestRow['status'][] = ['queued', 'running']

/**
 * Writes down what was asked for. Answers what keeps it from being done instead: one of the kind under way, or as
 * many finished ones as may be kept.
 */
export async function insertPrivacyRequest(
  tx: Tx,
  request: { id: string; userId: string; kind: PrivacyKind; createdAt: number },
  kept = Number.POSITIVE_INFINITY,
): Promise<PrivacyRequestRow | 'under_way' | 'too_many'> {
  const { userId, kind } = request
  // two at once: the second sees the first's
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`${kind} ${userId}`}, 0))`)
  const of = and(eq(requests.userId, userId), eq(requests.kind, kind))
  const [there] = await tx
    .select({ running: count(sql`case when ${inArray(requests.status, UNDER_WAY)} then 1 end`) })
    .from(requests)
    .where(of)
  if (there && there.running > 0) return 'under_way'
  const [done] = await tx
    .select({ done: count() })
    .from(requests)
    .where(and(of, eq(requests.status, 'done'), gt(requests.expiresAt, request.createdAt)))
  if (done && done.done >= kept) return 'too_many'
  const [row] = await tx.insert(requests).values(request).returning()
  if (!row) throw new Error('a request was not written')
  return row
}

/** A person's exports, newest first. Run it in `withUser`. */
export function listExports(tx: Tx, { after, limit }: Page): Promise<PrivacyRequestRow[]> {
  return tx
    .select()
    .from(requests)
    .where(and(eq(requests.kind, 'export'), beyond(after, requests.createdAt, requests.id)))
    .orderBy(desc(requests.createdAt), desc(requests.id))
    .limit(limit)
}

export async function findPrivacyRequest(
  tx: Tx,
  kind: PrivacyKind,
  id: string,
): Promise<PrivacyRequestRow | undefined> {
  const [row] = await tx
    .select()
    .from(requests)
    .where(and(eq(requests.id, id), eq(requests.kind, kind)))
  return row
}

/** False: it is gone. */
export async function changePrivacyRequest(
  tx: Tx,
  id: string,
  change: Partial<Omit<PrivacyRequestRow, 'id' | 'kind'>>,
): Promise<boolean> {
  const changed = await tx
    .update(requests)
    .set(change)
    .where(eq(requests.id, id))
    .returning({ id: requests.id })
  return changed.length > 0
}

export async function deletePrivacyRequest(tx: Tx, id: string): Promise<void> {
  await tx.delete(requests).where(eq(requests.id, id))
}

/** What a hub that went away has left. */
export function unfinishedRequests(tx: Tx): Promise<Pick<PrivacyRequestRow, 'id' | 'kind'>[]> {
  return tx
    .select({ id: requests.id, kind: requests.kind })
    .from(requests)
    .where(inArray(requests.status, UNDER_WAY))
    .orderBy(requests.createdAt)
}

/** Exports of a person; or those whose time is over, failed ones with them. */
export function exportsToRemove(
  tx: Tx,
  which: { userId: string } | { before: number },
): Promise<Pick<PrivacyRequestRow, 'id'>[]> {
  return tx
    .select({ id: requests.id })
    .from(requests)
    .where(
      and(
        eq(requests.kind, 'export'),
        'userId' in which
          ? eq(requests.userId, which.userId)
          : and(isNotNull(requests.expiresAt), lt(requests.expiresAt, which.before)),
      ),
    )
}

/** Which of these exports there are. */
export async function knownExports(tx: Tx, ids: string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const rows = await tx.select({ id: requests.id }).from(requests).where(inArray(requests.id, ids))
  return new Set(rows.map(({ id }) => id))
}

/** Takes a person from their audit chain, which stays. Answers how many there were: one or none. */
export async function disownChain(tx: Tx, userId: string): Promise<number> {
  const chains = await tx
    .update(auditChains)
    .set({ ownerId: null })
    .where(eq(auditChains.ownerId, userId))
    .returning({ id: auditChains.id })
  return chains.length
}

/** Ends an erasure: from now on its row says of nobody whose it was. Earlier requests of the person go. */
export async function finishErasure(
  tx: Tx,
  {
    id,
    userId,
    result,
    now,
  }: { id: string; userId: string; result: Record<string, unknown>; now: number },
): Promise<void> {
  await tx.delete(requests).where(and(eq(requests.userId, userId), ne(requests.id, id)))
  await tx
    .update(requests)
    .set({ userId: null, status: 'done', progress: 1, result, finishedAt: now, errorCode: null })
    .where(eq(requests.id, id))
}
