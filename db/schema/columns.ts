import { sql } from 'drizzle-orm'
import { bigint, doublePrecision, integer, text, timestamp } from 'drizzle-orm/pg-core'

/** A moment of the hub's clock: epoch milliseconds. */
export const at = () => bigint({ mode: 'number' })

/** A moment of the database's clock, for what is judged there (leases, expiry). */
export const databaseTime = () => timestamp({ withTimezone: true })

/**
 * An id that says what it names, such as `agent_0f8c...`. What people write themselves has the primary key
 * (user_id, id): by an id alone, who writes a guessed one would be told whether somebody has it.
 */
export const named = (prefix: string) =>
  text().default(sql`${sql.raw(`'${prefix}_'`)} || replace(gen_random_uuid()::text, '-', '')`)

/** What a run or a call has used of a model; `costUsd` at the prices of its day. */
export const usage = {
  inputTokens: integer().notNull().default(0),
  outputTokens: integer().notNull().default(0),
  costUsd: doublePrecision().notNull().default(0),
}
