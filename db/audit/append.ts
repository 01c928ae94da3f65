import { sql } from 'drizzle-orm'
import type { Tx } from '../connection/transaction.ts'
import type { Vault } from '../vault/index.ts'
import { type AuditBody, placeOf } from './body.ts'
import type { AuditEntry } from './types.ts'

export interface AuditDeps {
  vault: Pick<Vault, 'seal'>
  clock: () => number
  nextId: () => string
}

/**
 * Appends to the owner's chain, in the transaction of the change: both are there, or neither. Call it last: until the
 * transaction ends, other changes of that owner wait for it.
 */
export type Audit = (tx: Tx, entry: AuditEntry) => Promise<void>

export function createAudit({ vault, clock, nextId }: AuditDeps): Audit {
  return async (tx, { owner, action, by, target, details, at = clock() }) => {
    const id = nextId()
    const actor = by === 'system' || by.byItself ? undefined : by
    const parts: { part: 'by' | 'target' | 'details'; person: string; plain: string }[] = []
    if (actor) {
      const plain = JSON.stringify({ id: actor.userId, address: actor.via?.address })
      parts.push({ part: 'by', person: actor.userId, plain })
    }
    if (target !== undefined) parts.push({ part: 'target', person: target, plain: target })
    if (details) parts.push({ part: 'details', person: owner, plain: JSON.stringify(details) })
    // in one order of people, whoever acts on whom: two that make the same keys wait for each other in it
    parts.sort((a, b) => (a.person < b.person ? -1 : a.person > b.person ? 1 : 0))
    const sealed = await Promise.all(
      parts.map(async ({ part, person, plain }) => [
        part,
        await vault.seal(tx, placeOf(id, part, person), plain),
      ]),
    )
    const body: AuditBody = {
      id,
      by: 'system',
      ...(actor?.via ? { request: actor.via.request } : {}),
      ...Object.fromEntries(sealed),
    }
    await tx.execute(
      sql`select audit_append(${owner}, ${at}::bigint, ${action}, ${JSON.stringify(body)})`,
    )
  }
}
