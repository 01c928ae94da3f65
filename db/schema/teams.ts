import { sql } from 'drizzle-orm'
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uuid,
} from 'drizzle-orm/pg-core'
import { at, named, usage } from './columns.ts'
import { rooms } from './rooms.ts'
import { agents } from './workflows.ts'

/** Agents that work together. */
export const agentTeams = pgTable(
  'agent_teams',
  {
    id: named('team').notNull(),
    userId: text().notNull(),
    teamName: text().notNull(),
    description: text().notNull().default(''),
    collaborationMode: text({ enum: ['sequential', 'hierarchical', 'consensus'] }).notNull(),
    settings: jsonb().$type<Record<string, unknown>>().notNull().default({}),
    createdAt: at().notNull(),
    updatedAt: at().notNull(),
  },
  (team) => [
    primaryKey({ columns: [team.userId, team.id] }),
    check(
      'agent_teams_mode',
      sql`${team.collaborationMode} in ('sequential', 'hierarchical', 'consensus')`,
    ),
  ],
)

/** The part of an agent in a team. */
export const teamMembers = pgTable(
  'team_members',
  {
    id: named('member').notNull(),
    userId: text().notNull(),
    teamId: text().notNull(),
    agentId: text().notNull(),
    /** Such as researcher, writer, reviewer. */
    role: text().notNull(),
    goal: text().notNull().default(''),
    /** The order in which members of a sequential team work. */
    position: integer().notNull(),
    mayDelegate: boolean().notNull().default(false),
    createdAt: at().notNull(),
  },
  (member) => [
    primaryKey({ columns: [member.userId, member.id] }),
    foreignKey({
      name: 'team_members_team',
      columns: [member.userId, member.teamId],
      foreignColumns: [agentTeams.userId, agentTeams.id],
    }).onDelete('cascade'),
    foreignKey({
      name: 'team_members_agent',
      columns: [member.userId, member.agentId],
      foreignColumns: [agents.userId, agents.id],
    }).onDelete('cascade'),
    index('team_members_team').on(member.userId, member.teamId, member.position),
    index('team_members_agent').on(member.userId, member.agentId),
  ],
)

/** What a team, or a group of agents, said to each other about a task. */
export const teamConversations = pgTable(
  'team_conversations',
  {
    id: named('talk').primaryKey(),
    userId: text().notNull(),
    teamId: text().notNull(),
    roomId: uuid().references(() => rooms.id, { onDelete: 'cascade' }),
    pattern: text({ enum: ['task', 'debate', 'brainstorm', 'problem_solving'] }).notNull(),
    taskDescription: text().notNull(),
    additionalContext: jsonb().$type<Record<string, unknown>>().notNull().default({}),
    messages: jsonb().$type<Record<string, unknown>[]>().notNull().default([]),
    result: text(),
    status: text({ enum: ['running', 'waiting', 'succeeded', 'failed', 'cancelled'] }).notNull(),
    errorCode: text(),
    ...usage,
    startedAt: at().notNull(),
    finishedAt: at(),
  },
  (conversation) => [
    foreignKey({
      name: 'team_conversations_team',
      columns: [conversation.userId, conversation.teamId],
      foreignColumns: [agentTeams.userId, agentTeams.id],
    }).onDelete('cascade'),
    check(
      'team_conversations_pattern',
      sql`${conversation.pattern} in ('task', 'debate', 'brainstorm', 'problem_solving')`,
    ),
    check(
      'team_conversations_status',
      sql`${conversation.status} in ('running', 'waiting', 'succeeded', 'failed', 'cancelled')`,
    ),
    index('team_conversations_user').on(conversation.userId, conversation.startedAt),
    index('team_conversations_team').on(conversation.userId, conversation.teamId),
    index('team_conversations_room').on(conversation.roomId),
    index('team_conversations_started').on(conversation.startedAt),
  ],
)
