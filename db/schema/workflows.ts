import { sql } from 'drizzle-orm'
import {
  boolean,
  check,
  foreignKey,
  index,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uuid,
} from 'drizzle-orm/pg-core'
import { at, named, usage } from './columns.ts'
import { llmModels } from './llm.ts'
import { rooms } from './rooms.ts'

/** Who an agent is. */
export const agents = pgTable(
  'agents',
  {
    id: named('agent').notNull(),
    userId: text().notNull(),
    name: text().notNull(),
    prompt: text().notNull().default(''),
    /** Null: chosen for each task. */
    modelId: text().references(() => llmModels.id, { onDelete: 'set null' }),
    /** Null: the hub's. */
    voice: text(),
    settings: jsonb().$type<Record<string, unknown>>().notNull().default({}),
    createdAt: at().notNull(),
    updatedAt: at().notNull(),
  },
  (agent) => [
    primaryKey({ columns: [agent.userId, agent.id] }),
    index('agents_model').on(agent.modelId),
  ],
)

/** What an agent does, when it is asked to. */
export const agentWorkflows = pgTable(
  'agent_workflows',
  {
    id: named('workflow').notNull(),
    userId: text().notNull(),
    agentId: text().notNull(),
    workflowName: text().notNull(),
    workflowType: text({ enum: ['auto_join', 'summarization', 'moderation', 'qa'] }).notNull(),
    /** Server types whose tools it may use. */
    mcpIntegrations: text().array().notNull().default([]),
    settings: jsonb().$type<Record<string, unknown>>().notNull().default({}),
    enabled: boolean().notNull().default(true),
    createdAt: at().notNull(),
    updatedAt: at().notNull(),
  },
  (workflow) => [
    // with its owner, or a person could name another's agent: foreign keys do not ask policies
    foreignKey({
      name: 'agent_workflows_agent',
      columns: [workflow.userId, workflow.agentId],
      foreignColumns: [agents.userId, agents.id],
    }).onDelete('cascade'),
    primaryKey({ columns: [workflow.userId, workflow.id] }),
    index('agent_workflows_agent').on(workflow.userId, workflow.agentId),
    check(
      'agent_workflows_type',
      sql`${workflow.workflowType} in ('auto_join', 'summarization', 'moderation', 'qa')`,
    ),
  ],
)

export const workflowExecutions = pgTable(
  'workflow_executions',
  {
    id: named('exec').primaryKey(),
    userId: text().notNull(),
    workflowId: text().notNull(),
    agentId: text().notNull(),
    roomId: uuid().references(() => rooms.id, { onDelete: 'cascade' }),
    /** The LangGraph thread that holds its state. */
    threadId: text(),
    status: text({
      enum: ['queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled'],
    }).notNull(),
    inputData: jsonb().$type<Record<string, unknown>>().notNull().default({}),
    output: jsonb().$type<Record<string, unknown>>(),
    errorCode: text(),
    ...usage,
    startedAt: at().notNull(),
    finishedAt: at(),
  },
  (execution) => [
    foreignKey({
      name: 'workflow_executions_workflow',
      columns: [execution.userId, execution.workflowId],
      foreignColumns: [agentWorkflows.userId, agentWorkflows.id],
    }).onDelete('cascade'),
    foreignKey({
      name: 'workflow_executions_agent',
      columns: [execution.userId, execution.agentId],
      foreignColumns: [agents.userId, agents.id],
    }).onDelete('cascade'),
    unique('workflow_executions_owned').on(execution.userId, execution.id),
    check(
      'workflow_executions_status',
      sql`${execution.status} in ('queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled')`,
    ),
    index('workflow_executions_user').on(execution.userId, execution.startedAt),
    index('workflow_executions_workflow').on(execution.userId, execution.workflowId),
    index('workflow_executions_agent').on(execution.userId, execution.agentId),
    index('workflow_executions_room').on(execution.roomId),
    index('workflow_executions_started').on(execution.startedAt),
  ],
)
