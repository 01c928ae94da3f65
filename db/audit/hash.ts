import { createHash } from 'node:crypto'

/** A row of a chain. */
export interface AuditRow {
  chain: string
  seq: number
  at: number
  action: string
  body: string
  hash: string
}

/**
 * What the hash of an entry must be, after the hash of the one before it. The twin of the SQL function `audit_hash`, written
 * apart from it: over a JSON array as `jsonb` prints one, whose texts JSON.stringify escapes alike.
 */
export function auditHash(
  before: string,
  { chain, seq, at, action, body }: Omit<AuditRow, 'hash'>,
): string {
  const parts = [before, chain, seq, at, action, body].map((part) => JSON.stringify(part))
  return createHash('sha256')
    .update(`[${parts.join(', ')}]`)
    .digest('hex')
}
