import { sql } from 'drizzle-orm'
import { bigint, check, index, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { at } from './columns.ts'
import { rooms } from './rooms.ts'

/** Sound that is kept: one person's voice in a meeting, or around a case. */
export const recordings = pgTable(
  'recordings',
  {
    id: uuid().primaryKey().defaultRandom(),
    roomId: uuid()
      .notNull()
      .references(() => rooms.id, { onDelete: 'cascade' }),
    kind: text({ enum: ['meeting', 'clip'] }).notNull(),
    userId: text().notNull(),
    userName: text().notNull(),
    /** Of a clip: the case that it belongs to. */
    caseId: text(),
    startedAt: at().notNull(),
    /** Null while it goes on. */
    endedAt: at(),
    bytes: bigint({ mode: 'number' }).notNull().default(0),
    /** Where the storage finds it. */
    place: text().notNull(),
    expiresAt: at().notNull(),
  },
  (recording) => [
    check('recordings_kind', sql`${recording.kind} in ('meeting', 'clip')`),
    index('recordings_room').on(recording.roomId, recording.startedAt),
    index('recordings_user').on(recording.userId),
    index('recordings_case').on(recording.caseId),
    index('recordings_expiry').on(recording.expiresAt),
  ],
)
