import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  doublePrecision,
  foreignKey,
  index,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uuid,
} from 'drizzle-orm/pg-core'
import { at, named } from './columns.ts'
import { agents, workflowExecutions } from './workflows.ts'

/** MCP servers that the hub knows how to reach. */
export const mcpServers = pgTable(
  'mcp_servers',
  {
    id: named('mcp').primaryKey(),
    serverType: text().notNull().unique('mcp_servers_type'),
    name: text().notNull(),
    description: text().notNull(),
    transport: text({ enum: ['http', 'stdio'] }).notNull(),
    /** Of the transport `http`. */
    url: text(),
    /** The tools that the hub offers of it. */
    operations: text().array().notNull(),
    needsCredentials: boolean().notNull().default(false),
    createdAt: at().notNull(),
  },
  (server) => [
    check('mcp_servers_transport', sql`${server.transport} in ('http', 'stdio')`),
    check('mcp_servers_url', sql`${server.transport} <> 'http' or ${server.url} is not null`),
  ],
)

/** A person's connection to a server, with their own credentials. */
export const userMcpConnections = pgTable(
  'user_mcp_connections',
  {
    id: named('conn').notNull(),
    userId: text().notNull(),
    serverId: text()
      .notNull()
      .references(() => mcpServers.id),
    status: text({ enum: ['connected', 'disconnected', 'failed'] })
      .notNull()
      .default('connected'),
    /** Sealed by the vault. */
    credentials: text(),
    /** The last characters of the credentials, by which their owner knows them. */
    credentialsHint: text(),
    settings: jsonb().$type<Record<string, unknown>>().notNull().default({}),
    createdAt: at().notNull(),
    lastUsedAt: at(),
  },
  (connection) => [
    check(
      'user_mcp_connections_status',
      sql`${connection.status} in ('connected', 'disconnected', 'failed')`,
    ),
    primaryKey({ columns: [connection.userId, connection.id] }),
    index('user_mcp_connections_server').on(connection.serverId),
  ],
)

/** Calls of MCP tools, without their arguments and results. Partitioned by month. */
export const mcpOperationLogs = pgTable(
  'mcp_operation_logs',
  {
    id: uuid().notNull().defaultRandom(),
    at: at().notNull(),
    userId: text().notNull(),
    serverId: text().notNull(),
    connectionId: text(),
    operation: text().notNull(),
    status: text({ enum: ['succeeded', 'failed', 'timed_out', 'denied'] }).notNull(),
    errorCode: text(),
    durationMs: doublePrecision().notNull(),
    requestBytes: bigint({ mode: 'number' }).notNull().default(0),
    responseBytes: bigint({ mode: 'number' }).notNull().default(0),
    requestId: text(),
  },
  (log) => [
    primaryKey({ columns: [log.id, log.at] }),
    check(
      'mcp_operation_logs_status',
      sql`${log.status} in ('succeeded', 'failed', 'timed_out', 'denied')`,
    ),
    index('mcp_operation_logs_user').on(log.userId, log.at),
    index('mcp_operation_logs_server').on(log.serverId, log.at),
  ],
)

/** Which agent called which tool, in which execution. Partitioned by month. */
export const agentMcpInteractions = pgTable(
  'agent_mcp_interactions',
  {
    id: uuid().notNull().defaultRandom(),
    at: at().notNull(),
    userId: text().notNull(),
    agentId: text().notNull(),
    executionId: text(),
    serverId: text().notNull(),
    connectionId: text(),
    operation: text().notNull(),
    status: text({ enum: ['succeeded', 'failed', 'timed_out', 'denied'] }).notNull(),
    durationMs: doublePrecision().notNull(),
  },
  (interaction) => [
    primaryKey({ columns: [interaction.id, interaction.at] }),
    foreignKey({
      name: 'agent_mcp_interactions_agent',
      columns: [interaction.userId, interaction.agentId],
      foreignColumns: [agents.userId, agents.id],
    }).onDelete('cascade'),
    foreignKey({
      name: 'agent_mcp_interactions_execution',
      columns: [interaction.userId, interaction.executionId],
      foreignColumns: [workflowExecutions.userId, workflowExecutions.id],
    }).onDelete('cascade'),
    check(
      'agent_mcp_interactions_status',
      sql`${interaction.status} in ('succeeded', 'failed', 'timed_out', 'denied')`,
    ),
    index('agent_mcp_interactions_user').on(
      interaction.userId,
      interaction.agentId,
      interaction.at,
    ),
    index('agent_mcp_interactions_execution').on(interaction.userId, interaction.executionId),
  ],
)
