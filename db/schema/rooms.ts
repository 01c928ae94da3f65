import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  index,
  jsonb,
  pgSequence,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import { at } from './columns.ts'

export type RoomRight = 'join' | 'watch' | 'moderate'

/** A new epoch tells every reader that seqs from before mean nothing any more. */
export const roomEpochs = pgSequence('room_epochs')

export const rooms = pgTable(
  'rooms',
  {
    id: uuid().primaryKey().defaultRandom(),
    name: text().notNull().unique(),
    ownerId: text().notNull(),
    status: text({ enum: ['open', 'closed'] })
      .notNull()
      .default('open'),
    media: text().notNull().default('local'),
    /** The sid of the LiveKit room that somebody sent the agents out of: they stay out of that one. */
    keptOut: text(),
    epoch: bigint({ mode: 'number' }).notNull().default(sql`nextval('room_epochs')`),
    /** The last committed seq; 0 is an empty log. */
    seq: bigint({ mode: 'number' }).notNull().default(0),
    /** Events up to this seq are gone: the room keeps what is said for so long and no longer. */
    keptAfter: bigint({ mode: 'number' }).notNull().default(0),
    settings: jsonb().$type<Record<string, unknown>>().notNull().default({}),
    /** The node that writes the log now, and the fence of its lease when it claimed the room. */
    nodeId: text(),
    fence: bigint({ mode: 'number' }),
    createdAt: at().notNull(),
    openedAt: at().notNull(),
    closedAt: at(),
  },
  (room) => [
    check('rooms_status', sql`${room.status} in ('open', 'closed')`),
    check('rooms_name_nfc', sql`${room.name} is nfc normalized`),
    index('rooms_owner').on(room.ownerId),
    index('rooms_node').on(room.nodeId),
  ],
)

const roomId = () =>
  uuid()
    .notNull()
    .references(() => rooms.id, { onDelete: 'cascade' })

export const roomMembers = pgTable(
  'room_members',
  {
    roomId: roomId(),
    userId: text().notNull(),
    rights: text().array().$type<RoomRight[]>().notNull(),
  },
  (member) => [
    primaryKey({ columns: [member.roomId, member.userId] }),
    check('room_members_rights', sql`${member.rights} <@ array['join', 'watch', 'moderate']`),
    index('room_members_user').on(member.userId),
  ],
)

/** The home of every room's log: durable events, gap-free by seq. */
export const roomEvents = pgTable(
  'room_events',
  {
    roomId: roomId(),
    seq: bigint({ mode: 'number' }).notNull(),
    /** The event's own id, given before it has a seq: a repeated append finds it again. */
    id: text().notNull(),
    at: at().notNull(),
    type: text().notNull(),
    actorId: text().notNull(),
    actorName: text().notNull(),
    actorKind: text({ enum: ['person', 'agent', 'system'] }).notNull(),
    toId: text(),
    data: jsonb().$type<Record<string, unknown>>().notNull(),
    commandId: text(),
    erased: boolean().notNull().default(false),
  },
  (event) => [
    primaryKey({ columns: [event.roomId, event.seq] }),
    uniqueIndex('room_events_id').on(event.roomId, event.id),
    check('room_events_actor_kind', sql`${event.actorKind} in ('person', 'agent', 'system')`),
    index('room_events_participants')
      .on(event.roomId, event.seq)
      .where(sql`${event.type} like 'participant.%'`),
    index('room_events_summaries')
      .on(event.roomId, event.seq)
      .where(sql`${event.type} = 'summary.updated'`),
    index('room_events_opened')
      .on(event.roomId, event.seq)
      .where(sql`${event.type} = 'room.opened'`),
    // the ids of the last minutes, by which a repeated command is known after a restart
    index('room_events_commands')
      .on(event.roomId, event.at)
      .where(sql`${event.commandId} is not null`),
    index('room_events_words')
      .on(event.roomId, event.seq)
      .where(sql`${event.type} in ('transcript.final', 'chat.message', 'talkback.said')`),
  ],
)
