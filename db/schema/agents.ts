import { sql } from 'drizzle-orm'
import { boolean, check, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { rooms } from './rooms.ts'

/** Which workflows run in a room, and how. */
export const roomAgents = pgTable(
  'room_agents',
  {
    roomId: uuid()
      .notNull()
      .references(() => rooms.id, { onDelete: 'cascade' }),
    workflow: text({ enum: ['auto_join', 'summarization', 'moderation', 'qa'] }).notNull(),
    enabled: boolean().notNull().default(true),
    name: text().notNull(),
    settings: jsonb().$type<Record<string, unknown>>().notNull().default({}),
  },
  (agent) => [
    primaryKey({ columns: [agent.roomId, agent.workflow] }),
    check(
      'room_agents_workflow',
      sql`${agent.workflow} in ('auto_join', 'summarization', 'moderation', 'qa')`,
    ),
  ],
)
