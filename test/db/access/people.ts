/** The three rooms of the matrix. `open` lets admins read it. */
export const rooms = {
  room: { id: '00000000-0000-4000-8000-000000000001', name: 'Room é', owner: 'olga' },
  other: { id: '00000000-0000-4000-8000-000000000002', name: 'Other', owner: 'otis' },
  open: { id: '00000000-0000-4000-8000-000000000003', name: 'Open', owner: 'otis' },
} as const

export type RoomKey = keyof typeof rooms

/** Who asks, and what is to follow from it: written down here, not computed from the claims. */
export interface Person {
  /** As a request says them. Undefined: nothing was ever set on the connection. */
  claims: string | undefined
  /** Role of Postgres. Default `hub_app`. */
  role?: 'hub_system'
  /** Who they are. */
  user?: string
  /** Whether what bears the user's name is theirs with this token. */
  owns?: true
  admin?: true
  reads?: RoomKey[]
  moderates?: RoomKey[]
}

type Claims = { sub: string; role: string; rooms?: unknown }
type Facts = Omit<Person, 'claims' | 'role' | 'user'>

const signedIn = (user: string, facts: Facts = {}, claims: Partial<Claims> = {}): Person => ({
  claims: JSON.stringify({ sub: user, role: 'user', ...claims }),
  user,
  owns: true,
  ...facts,
})

/** By a token that names its rooms. */
const limited = (
  user: string,
  named: unknown,
  facts: Omit<Facts, 'owns' | 'admin'> = {},
  role = 'user',
): Person => ({ claims: JSON.stringify({ sub: user, role, rooms: named }), user, ...facts })

const people = {
  // first, while the connection has not heard of anybody
  'unset claims': { claims: undefined },
  'empty string': { claims: '' },
  'empty claims': { claims: '{}' },
  'null claims': { claims: 'null' },
  'a list of claims': { claims: '["olga"]' },
  anonymous: { claims: '{"sub":"","role":"user"}' },
  'anonymous admin': { claims: '{"sub":"","role":"admin"}' },
  'admin without a name': { claims: '{"role":"admin"}' },
  owner: signedIn('olga', { reads: ['room'], moderates: ['room'] }),
  'other owner': signedIn('otis', { reads: ['other', 'open'], moderates: ['other', 'open'] }),
  watcher: signedIn('wim', { reads: ['room'] }),
  moderator: signedIn('mona', { reads: ['room'], moderates: ['room'] }),
  'moderator of another room': signedIn('otto', { reads: ['other'], moderates: ['other'] }),
  'member without rights': signedIn('nora'),
  stranger: signedIn('sam'),
  'role moderator': signedIn('rick', {}, { role: 'moderator' }),
  'role of Postgres in the claims': signedIn('rita', {}, { role: 'hub_system' }),
  admin: signedIn('ada', { admin: true, reads: ['open'] }, { role: 'admin' }),
  'admin cut down': limited('ada', {}, {}, 'admin'),
  'admin cut down to the room': limited(
    'ada',
    { 'Room é': ['watch'] },
    { reads: ['room'] },
    'admin',
  ),
  'owner cut down to watch': limited('olga', { 'Room é': ['watch'] }, { reads: ['room'] }),
  'owner cut down to another room': limited(
    'olga',
    { Other: ['moderate'] },
    { reads: ['other'], moderates: ['other'] },
  ),
  'owner with null for rooms': limited('olga', null),
  'owner with a list of rooms': limited('olga', ['Room é']),
  'owner with rights that are no list': limited('olga', { 'Room é': 'moderate' }),
  guest: limited('lk:Room é:guest', { 'Room é': ['join'] }, { reads: ['room'] }),
  'granted by a decomposed name': limited(
    'dora',
    { 'Room e\u0301': ['watch'] },
    { reads: ['room'] },
  ),
  'granted moderator': limited(
    'gert',
    { 'Room é': ['moderate'] },
    { reads: ['room'], moderates: ['room'] },
  ),
  'granted nothing': limited('nick', { 'Room é': [] }),
  'the hub': { claims: '', role: 'hub_system' },
} satisfies Record<string, Person>

const telling = ['stranger', 'moderator', 'admin', 'owner', 'the hub']

/** Everybody, in the order in which they are asked. */
export const everybody: [string, Person][] = Object.entries(people)

/** The same, those first who tell most about what was taken away. */
export const tellingFirst: [string, Person][] = everybody.toSorted(
  ([one], [other]) => telling.indexOf(other) - telling.indexOf(one),
)

/** Every user id, each of which has things of its own. */
export const users: string[] = [
  ...new Set(everybody.flatMap(([, { user }]) => (user === undefined ? [] : [user]))),
]
