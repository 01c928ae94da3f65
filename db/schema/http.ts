import { index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { at } from './columns.ts'

/** Answers kept for repeated creations; without a status the first one is still under way. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    userId: text().notNull(),
    method: text().notNull(),
    path: text().notNull(),
    key: text().notNull(),
    /** Hash of the body: the same key with another body is a mistake of the caller. */
    fingerprint: text().notNull(),
    status: integer(),
    headers: jsonb().$type<Record<string, string>>(),
    response: jsonb().$type<unknown>(),
    createdAt: at().notNull(),
  },
  (row) => [
    primaryKey({ columns: [row.userId, row.method, row.path, row.key] }),
    index('idempotency_keys_created').on(row.createdAt),
  ],
)
