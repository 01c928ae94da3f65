import { sql } from 'drizzle-orm'
import {
  bigint,
  check,
  doublePrecision,
  index,
  jsonb,
  pgTable,
  text,
  uuid,
} from 'drizzle-orm/pg-core'
import { at } from './columns.ts'
import { rooms } from './rooms.ts'

/** What is kept true about a person in a room until its end: muted, or removed. */
export const restrictions = pgTable(
  'restrictions',
  {
    id: uuid().primaryKey().defaultRandom(),
    roomId: uuid()
      .notNull()
      .references(() => rooms.id, { onDelete: 'cascade' }),
    userId: text().notNull(),
    kind: text({ enum: ['muted', 'removed'] }).notNull(),
    caseId: text(),
    fromAt: at().notNull(),
    /** Null: until it is lifted. */
    untilAt: at(),
    liftedAt: at(),
    /** The one of the same kind that held before: it holds again when this one is taken back. */
    replaces: uuid(),
  },
  (restriction) => [
    check('restrictions_kind', sql`${restriction.kind} in ('muted', 'removed')`),
    index('restrictions_room_user').on(restriction.roomId, restriction.userId),
    index('restrictions_user').on(restriction.userId),
  ],
)

export const moderationCases = pgTable(
  'moderation_cases',
  {
    id: text().primaryKey(),
    roomId: uuid()
      .notNull()
      .references(() => rooms.id, { onDelete: 'cascade' }),
    targetId: text().notNull(),
    targetName: text().notNull(),
    status: text({
      enum: ['open', 'acted', 'approved', 'rejected', 'undone', 'expired'],
    }).notNull(),
    action: text({ enum: ['warn', 'mute', 'remove', 'restore'] }),
    minutes: doublePrecision(),
    untilAt: at(),
    reason: text().notNull(),
    /** `policy`, or the id of the user who decided. */
    by: text().notNull(),
    stage: text().notNull(),
    categories: text().array().notNull(),
    scores: jsonb().$type<Record<string, number>>().notNull().default({}),
    /** Seqs of the room's log. */
    evidence: bigint({ mode: 'number' }).array().notNull(),
    openedAt: at().notNull(),
    decidedAt: at(),
    decidedBy: text(),
    note: text(),
    gravity: text({ enum: ['low', 'high', 'grave'] })
      .notNull()
      .default('high'),
    /** While it is open: when `onExpiry` decides it. */
    expiresAt: at(),
    onExpiry: text({ enum: ['approve', 'reject'] }),
  },
  (row) => [
    check(
      'moderation_cases_status',
      sql`${row.status} in ('open', 'acted', 'approved', 'rejected', 'undone', 'expired')`,
    ),
    check('moderation_cases_action', sql`${row.action} in ('warn', 'mute', 'remove', 'restore')`),
    check('moderation_cases_gravity', sql`${row.gravity} in ('low', 'high', 'grave')`),
    check('moderation_cases_on_expiry', sql`${row.onExpiry} in ('approve', 'reject')`),
    check(
      'moderation_cases_open',
      sql`${row.status} <> 'open' or (${row.action} is not null and ${row.expiresAt} is not null and ${row.onExpiry} is not null)`,
    ),
    index('moderation_cases_waiting').on(row.roomId).where(sql`${row.status} = 'open'`),
    index('moderation_cases_room').on(row.roomId, row.status, row.openedAt),
    index('moderation_cases_target').on(row.roomId, row.targetId),
  ],
)
