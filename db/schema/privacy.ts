import { sql } from 'drizzle-orm'
import {
  bigint,
  check,
  doublePrecision,
  index,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uuid,
} from 'drizzle-orm/pg-core'
import { at } from './columns.ts'
import { rooms } from './rooms.ts'

/** Each person's own key, wrapped by a key that is not in the database. Without its row nothing sealed for them opens. */
export const dataKeys = pgTable('data_keys', {
  id: uuid().primaryKey(),
  userId: text().notNull().unique('data_keys_user'),
  wrapped: text().notNull(),
  createdAt: at().notNull(),
})

/** One hash chain for each owner: what happened to the things that are theirs. */
export const auditChains = pgTable('audit_chains', {
  id: uuid().primaryKey().defaultRandom(),
  /** Null: the owner was erased. */
  ownerId: text().unique('audit_chains_owner'),
  /** The last entry's place and hash. */
  seq: bigint({ mode: 'number' }).notNull().default(0),
  hash: text().notNull().default(''),
})

/** Only ever appended to. Whom and what an entry is about is sealed, so that the hash outlives an erasure. */
export const auditEntries = pgTable(
  'audit_entries',
  {
    chainId: uuid()
      .notNull()
      .references(() => auditChains.id),
    /** From 1 on, without a gap. */
    seq: bigint({ mode: 'number' }).notNull(),
    at: at().notNull(),
    /** What was done, such as `room.settings_changed`. */
    action: text().notNull(),
    /** Text of JSON: who, to whom, from where and what, each sealed. */
    body: text().notNull(),
    hash: text().notNull(),
  },
  (entry) => [primaryKey({ columns: [entry.chainId, entry.seq] })],
)

/** Exports and erasures that were asked for. */
export const privacyRequests = pgTable(
  'privacy_requests',
  {
    id: uuid().primaryKey().defaultRandom(),
    /** Whose data it is about; null once they are erased. */
    userId: text(),
    kind: text({ enum: ['export', 'erase'] }).notNull(),
    status: text({ enum: ['queued', 'running', 'done', 'failed'] })
      .notNull()
      .default('queued'),
    /** From 0 to 1. */
    progress: doublePrecision().notNull().default(0),
    errorCode: text(),
    /** Counts by place: of an export its manifest, of an erasure its receipt. */
    result: jsonb().$type<Record<string, unknown>>(),
    createdAt: at().notNull(),
    finishedAt: at(),
    /** Until when an archive can be fetched. */
    expiresAt: at(),
  },
  (request) => [
    check('privacy_requests_kind', sql`${request.kind} in ('export', 'erase')`),
    check(
      'privacy_requests_status',
      sql`${request.status} in ('queued', 'running', 'done', 'failed')`,
    ),
    index('privacy_requests_user').on(request.userId, request.createdAt),
    index('privacy_requests_expiry').on(request.expiresAt),
  ],
)

/** Who was told that agents listen, and who opted out of it or in again. */
export const consents = pgTable(
  'consents',
  {
    id: uuid().primaryKey().defaultRandom(),
    roomId: uuid()
      .notNull()
      .references(() => rooms.id, { onDelete: 'cascade' }),
    userId: text().notNull(),
    kind: text({ enum: ['told', 'opted_out', 'opted_in'] }).notNull(),
    at: at().notNull(),
  },
  (consent) => [
    check('consents_kind', sql`${consent.kind} in ('told', 'opted_out', 'opted_in')`),
    index('consents_room').on(consent.roomId, consent.at),
    index('consents_user').on(consent.userId, consent.at),
  ],
)
