import { sql } from 'drizzle-orm'
import {
  check,
  foreignKey,
  index,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uuid,
} from 'drizzle-orm/pg-core'
import { at, named } from './columns.ts'
import { rooms } from './rooms.ts'

/** A person's flows in Prefect. */
export const prefectFlows = pgTable(
  'prefect_flows',
  {
    id: named('flow').notNull(),
    userId: text().notNull(),
    name: text().notNull(),
    flowType: text({
      enum: ['mcp_processing', 'agent_coordination', 'adaptive_processing', 'meeting_analysis'],
    }).notNull(),
    /** Prefect's id of its deployment. */
    deploymentId: text(),
    parameters: jsonb().$type<Record<string, unknown>>().notNull().default({}),
    createdAt: at().notNull(),
    updatedAt: at().notNull(),
  },
  (flow) => [
    primaryKey({ columns: [flow.userId, flow.id] }),
    check(
      'prefect_flows_type',
      sql`${flow.flowType} in ('mcp_processing', 'agent_coordination', 'adaptive_processing', 'meeting_analysis')`,
    ),
  ],
)

export const prefectFlowRuns = pgTable(
  'prefect_flow_runs',
  {
    id: named('flowrun').primaryKey(),
    userId: text().notNull(),
    flowId: text().notNull(),
    roomId: uuid().references(() => rooms.id, { onDelete: 'cascade' }),
    /** Prefect's own id of it; null until Prefect has taken it. */
    prefectRunId: text().unique('prefect_flow_runs_prefect'),
    /** Types of states, as Prefect names them. */
    state: text({
      enum: [
        'SCHEDULED',
        'PENDING',
        'RUNNING',
        'PAUSED',
        'CANCELLING',
        'COMPLETED',
        'FAILED',
        'CANCELLED',
        'CRASHED',
      ],
    }).notNull(),
    parameters: jsonb().$type<Record<string, unknown>>().notNull().default({}),
    result: jsonb().$type<Record<string, unknown>>(),
    startedAt: at().notNull(),
    finishedAt: at(),
  },
  (run) => [
    foreignKey({
      name: 'prefect_flow_runs_flow',
      columns: [run.userId, run.flowId],
      foreignColumns: [prefectFlows.userId, prefectFlows.id],
    }).onDelete('cascade'),
    check(
      'prefect_flow_runs_state',
      sql`${run.state} in ('SCHEDULED', 'PENDING', 'RUNNING', 'PAUSED', 'CANCELLING', 'COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED')`,
    ),
    index('prefect_flow_runs_user').on(run.userId, run.startedAt),
    index('prefect_flow_runs_flow').on(run.userId, run.flowId),
    index('prefect_flow_runs_room').on(run.roomId),
    index('prefect_flow_runs_started').on(run.startedAt),
  ],
)
