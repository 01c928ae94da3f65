import { sql } from 'drizzle-orm'
import { boolean, check, index, integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { at } from './columns.ts'

/** How an agent of a room that arrival makes is set; what is absent stays as the product has it. */
export interface ArrivalAgent {
  enabled?: boolean
  name?: string
  settings?: Record<string, unknown>
}

/** What the hub does about LiveKit rooms by their names: the first rule that fits, by position. */
export const arrivalRules = pgTable(
  'arrival_rules',
  {
    id: uuid().primaryKey().defaultRandom(),
    /** A room's name, where `*` stands for any text. */
    pattern: text().notNull().unique(),
    position: integer().notNull(),
    /** False: agents stay out until somebody sends them in. */
    join: boolean().notNull().default(true),
    /** Null: the operator. */
    ownerId: text(),
    agents: jsonb().$type<Record<string, ArrivalAgent>>().notNull().default({}),
    /** Some of a room's settings. */
    settings: jsonb().$type<Record<string, unknown>>().notNull().default({}),
    createdAt: at().notNull(),
  },
  (rule) => [
    check('arrival_rules_pattern_nfc', sql`${rule.pattern} is nfc normalized`),
    index('arrival_rules_position').on(rule.position, rule.createdAt),
    index('arrival_rules_owner').on(rule.ownerId),
  ],
)
