import { bigint, timestamp } from 'drizzle-orm/pg-core'

/** A moment of the hub's clock: epoch milliseconds. */
export const at = () => bigint({ mode: 'number' })

/** A moment of the database's clock, for what is judged there (leases, expiry). */
export const databaseTime = () => timestamp({ withTimezone: true })
