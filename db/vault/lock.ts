import { sql } from 'drizzle-orm'
import type { Tx } from '../connection/transaction.ts'

/** Any number that no other user of the database takes for an advisory lock. */
const LOCK = 0x6b_65_79_73

/**
 * While a transaction holds it, no encryption key is dropped. Whoever wraps takes it first, so that the key
 * which it finds the newest is there as long as nobody sees what it wrapped.
 */
export async function shareKeys(tx: Tx): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock_shared(${LOCK}::bigint)`)
}

/** Waits for those who wrap; from then on all that they wrapped is seen. */
export async function holdKeys(tx: Tx): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${LOCK}::bigint)`)
}
