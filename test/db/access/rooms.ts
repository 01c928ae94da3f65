import { type Declaration, isHub, type May, type Row } from './declare.ts'
import { type Person, type RoomKey, rooms, users } from './people.ts'

const keys = Object.keys(rooms) as RoomKey[]
const idOf = (room: RoomKey) => rooms[room].id
const keyOf = (row: Row) => keys.find((key) => rooms[key].id === (row.room_id ?? row.id))

const has = (which: RoomKey[] | undefined, row: Row) => {
  const key = keyOf(row)
  return key !== undefined && which?.includes(key) === true
}
const reads: May = (person, row) => has(person.reads, row)
const moderates: May = (person, row) => has(person.moderates, row)
const isAbout: May = ({ user }, row) => user !== undefined && user === row.user_id
const isAdmin: May = (person) => person.admin === true

/** A room that the person does not moderate. */
const elsewhere = ({ moderates: mine = [] }: Person) =>
  `room_id = '${idOf(keys.find((key) => !mine.includes(key)) ?? 'room')}'`

const everyRoom = (row: Row): Row[] => keys.map((room) => ({ room_id: idOf(room), ...row }))

const members: [RoomKey, string, string][] = [
  ['room', 'wim', '{watch}'],
  ['room', 'mona', '{moderate}'],
  ['room', 'nora', '{}'],
  ['other', 'otto', '{moderate}'],
]

const event = {
  ...{ seq: 1, id: 'e1', at: 1, type: 'chat.message', data: '{"text":"hi"}' },
  ...{ actor_id: 'olga', actor_name: 'Olga', actor_kind: 'person' },
}

const recording = {
  ...{ kind: 'clip', user_id: 'sam', user_name: 'Sam', case_id: 'c1', started_at: 1 },
  ...{ place: 'p', expires_at: 2 },
}

const moderationCase = (id: string) => ({
  ...{ id, target_id: 'sam', target_name: 'Sam', status: 'open', reason: 'r', by: 'policy' },
  ...{ stage: 'rules', categories: '{}', evidence: '{1}', opened_at: 1, action: 'warn' },
  ...{ expires_at: 2, on_expiry: 'reject' },
})

/** What is asked of any room by its id. */
const ofEachRoom = (what: string, sql: (room: string) => string, may: May) =>
  Object.fromEntries(
    keys.map((key) => [
      `${what} ${key}`,
      {
        sql: sql(`'${idOf(key)}'`),
        expect: (person: Person) => (may(person, { room_id: idOf(key) }) ? [idOf(key)] : []),
      },
    ]),
  )

export const roomTables: Declaration[] = [
  {
    name: 'rooms',
    label: ['name'],
    seed: keys.map((key) => ({
      ...{ id: idOf(key), name: rooms[key].name, owner_id: rooms[key].owner },
      ...{ created_at: 1, opened_at: 1, settings: `{"admins_may_read":${key === 'open'}}` },
    })),
    app: {
      sees: (person, row) => reads(person, row) || isAdmin(person, row),
      changes: (person, row) => person.owns === true && person.user === row.owner_id,
    },
    set: "settings = '{}'",
    adds: ({ user = 'olga' }) => [
      { name: 'New', owner_id: user, created_at: 1, opened_at: 1 },
      { name: 'New too', owner_id: 'another', created_at: 1, opened_at: 1 },
    ],
    calls: {
      'change of owner': {
        sql: "update rooms set owner_id = 'sam'",
        expect: (person) => (isHub(person) ? keys.length : 'denied'),
      },
    },
  },
  {
    name: 'room_members',
    label: ['room_id', 'user_id'],
    seed: members.map(([room, user_id, rights]) => ({ room_id: idOf(room), user_id, rights })),
    app: {
      sees: (person, row) => moderates(person, row) || (isAbout(person, row) && reads(person, row)),
      adds: moderates,
      changes: moderates,
      drops: moderates,
    },
    set: "rights = '{join}'",
    adds: () => everyRoom({ user_id: 'new', rights: '{watch}' }),
    givesAway: elsewhere,
  },
  {
    name: 'room_events',
    label: ['room_id'],
    seed: everyRoom(event),
    // by room_log alone
    app: {},
    set: "data = '{}'",
    adds: () => everyRoom({ ...event, seq: 2, id: 'e2' }),
    calls: ofEachRoom('log of', (room) => `select ${room} from room_log(${room}, 0, 10)`, reads),
  },
  {
    name: 'restrictions',
    label: ['room_id', 'user_id'],
    seed: [
      ...everyRoom({ user_id: 'wim', kind: 'muted', from_at: 1 }),
      ...everyRoom({ user_id: 'sam', kind: 'removed', from_at: 1 }),
    ],
    app: {
      sees: (person, row) => moderates(person, row) || (isAbout(person, row) && reads(person, row)),
    },
    set: 'lifted_at = 2',
    adds: () => everyRoom({ user_id: 'new', kind: 'muted', from_at: 1 }),
  },
  {
    name: 'moderation_cases',
    label: ['room_id'],
    seed: keys.map((key) => ({ room_id: idOf(key), ...moderationCase(`case ${key}`) })),
    app: { sees: moderates },
    set: "note = 'n'",
    adds: () => everyRoom(moderationCase('new')),
  },
  {
    name: 'room_agents',
    label: ['room_id'],
    seed: everyRoom({ workflow: 'qa', name: 'Aura' }),
    app: { sees: reads, adds: moderates, changes: moderates, drops: moderates },
    set: 'enabled = false',
    adds: () => everyRoom({ workflow: 'summarization', name: 'Sum' }),
    givesAway: elsewhere,
  },
  {
    name: 'recordings',
    label: ['room_id'],
    seed: everyRoom(recording),
    app: { sees: moderates },
    set: 'bytes = 2',
    adds: () => everyRoom(recording),
  },
  {
    name: 'consents',
    label: ['room_id', 'user_id'],
    seed: users.flatMap((user_id) => everyRoom({ user_id, kind: 'told', at: 1 })),
    app: {
      // one's own for ever, but not of all rooms by a token for some
      sees: (person, row) =>
        moderates(person, row) ||
        (isAbout(person, row) && (person.owns === true || reads(person, row))),
    },
    set: 'at = 2',
    adds: ({ user = 'olga' }) => everyRoom({ user_id: user, kind: 'told', at: 1 }),
  },
  {
    name: 'arrival_rules',
    label: ['pattern'],
    seed: [{ pattern: '*', position: 1, created_at: 1 }],
    app: { sees: isAdmin, adds: isAdmin, changes: isAdmin, drops: isAdmin },
    set: '"join" = false',
    adds: () => [{ pattern: 'a*', position: 2, created_at: 1 }],
  },
  {
    name: 'nodes',
    label: ['id'],
    seed: [{ id: 'n1', fence: 1, expires_at: '2100-01-01T00:00:00Z' }],
    app: { sees: isAdmin },
    set: 'fence = 2',
    adds: () => [{ id: 'n2', fence: 1, expires_at: '2100-01-01T00:00:00Z' }],
  },
]
