import { and, eq, isNull, lt, or } from 'drizzle-orm'
import type { Tx } from '../connection/transaction.ts'
import { idempotencyKeys as keys } from '../schema/index.ts'

/** One request as its key knows it. */
export interface KeyedRequest {
  userId: string
  method: string
  path: string
  key: string
  /** Hash of what was asked: the same key must ask the same. */
  fingerprint: string
}

export interface KeptAnswer {
  status: number
  headers: Record<string, string>
  response: unknown
}

export type KeyClaim =
  /** Nobody asked this before: do it, then `keepAnswer` or `forgetKey`. */
  | { kind: 'first' }
  | { kind: 'running' }
  | { kind: 'other' }
  | { kind: 'answered'; answer: KeptAnswer }

const KEPT_MS = 24 * 3_600_000
/** A request that gave no answer for so long was cut off by a crash. */
const ABANDONED_MS = 60_000

/** Takes a key for a request, or says what became of it before. */
export async function claimKey(tx: Tx, request: KeyedRequest, now: number): Promise<KeyClaim> {
  await tx
    .delete(keys)
    .where(
      and(
        eq(keys.userId, request.userId),
        or(
          lt(keys.createdAt, now - KEPT_MS),
          and(isNull(keys.status), lt(keys.createdAt, now - ABANDONED_MS)),
        ),
      ),
    )
  const claimed = await tx
    .insert(keys)
    .values({ ...request, createdAt: now })
    .onConflictDoNothing()
    .returning({ key: keys.key })
  if (claimed.length > 0) return { kind: 'first' }
  const [row] = await tx.select().from(keys).where(isRequest(request))
  if (!row) return { kind: 'running' }
  if (row.fingerprint !== request.fingerprint) return { kind: 'other' }
  if (row.status === null) return { kind: 'running' }
  return {
    kind: 'answered',
    answer: { status: row.status, headers: row.headers ?? {}, response: row.response },
  }
}

export async function keepAnswer(tx: Tx, request: KeyedRequest, answer: KeptAnswer): Promise<void> {
  await tx.update(keys).set(answer).where(isRequest(request))
}

/** The request failed: its key may be used again. */
export async function forgetKey(tx: Tx, request: KeyedRequest): Promise<void> {
  await tx.delete(keys).where(isRequest(request))
}

function isRequest({ userId, method, path, key }: KeyedRequest) {
  return and(
    eq(keys.userId, userId),
    eq(keys.method, method),
    eq(keys.path, path),
    eq(keys.key, key),
  )
}
