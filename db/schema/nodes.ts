import { bigint, pgSequence, pgTable, text } from 'drizzle-orm/pg-core'
import { databaseTime } from './columns.ts'

/** Each lease of a node gets the next number; an append with an older one is refused. */
export const fences = pgSequence('fences')

/** One row for each hub process that holds a lease. */
export const nodes = pgTable('nodes', {
  id: text().primaryKey(),
  fence: bigint({ mode: 'number' }).notNull(),
  startedAt: databaseTime().notNull().defaultNow(),
  expiresAt: databaseTime().notNull(),
})
