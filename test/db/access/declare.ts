import type { Person } from './people.ts'

export type Row = Record<string, string | number | boolean | null>

/** Whether the person may do it with the row. */
export type May = (person: Person, row: Row) => boolean

/** What is absent is not granted at all. */
export interface Rules {
  sees?: May
  adds?: May
  changes?: May
  drops?: May
}

/** `denied` has no grant, `refused` breaks a policy; other codes are Postgres's. */
export type Outcome = string[] | number | 'denied' | 'refused' | (string & {})

export interface Call {
  /** One column of text, or one statement without rows. */
  sql: string
  expect: (person: Person) => Outcome
}

/** A table and who may do what with it. */
export interface Declaration {
  /** With its schema when that is not `public`. */
  name: string
  /** Columns by which the matrix tells rows apart. */
  label: string[]
  /** What is there before everybody tries. */
  seed: Row[]
  app: Rules
  /** Of hub_system. Default: everything. */
  system?: Rules
  /** What a change sets. Absent: nobody can write it, such as a materialised view. */
  set?: string
  /** What somebody tries to add: theirs, and another's. */
  adds?: (person: Person) => Row[]
  /** A change which makes it another's; who may change it is refused. */
  givesAway?: (person: Person) => string
  /** Other ways to the table: functions. */
  calls?: Record<string, Call>
  /** What foreign keys say to the hub when it deletes all rows. */
  hubDeletes?: string
}

const anything = () => true

/** What hub_system may do where nothing else is declared. */
export const everything = {
  sees: anything,
  adds: anything,
  changes: anything,
  drops: anything,
} satisfies Rules

export const isHub = (person: Person) => person.role === 'hub_system'

export const another = (user: string | undefined) => (user === 'sam' ? 'olga' : 'sam')

const isOwn: May = ({ owns, user }, { user_id }) => owns === true && user === user_id

type Make = (user: string, n: number) => Row

interface Personal {
  name: string
  users: string[]
  row: Make
  set: string
  /** Rows of each user at the start. Default 1. */
  rows?: number
  calls?: Record<string, Call>
}

const personal = ({ name, users, row, set, rows = 1, calls }: Personal, app: Rules) => ({
  name,
  label: ['user_id'],
  seed: users.flatMap((user) => Array.from({ length: rows }, (_, n) => row(user, n))),
  app,
  set,
  adds: ({ user = 'olga' }: Person) => [row(user, rows), row(another(user), rows)],
  givesAway: ({ user }: Person) => `user_id = '${another(user)}'`,
  ...(calls && { calls }),
})

/** What a person sets up: theirs to read and write. */
export const own = (it: Personal): Declaration =>
  personal(it, { sees: isOwn, adds: isOwn, changes: isOwn, drops: isOwn })

/** What came of it: written by the hub, read by the person. */
export const history = (it: Personal): Declaration => personal(it, { sees: isOwn })

/** Figures without words: of one's own, and for admins all. */
export const log = (it: Personal): Declaration =>
  personal(it, { sees: (person, row) => person.admin === true || isOwn(person, row) })

interface Shared {
  name: string
  label: string[]
  seed: Row[]
  more: Row[]
  set: string
  hubDeletes?: string
}

/** What everybody who is signed in may read. */
export const catalogue = ({ more, ...it }: Shared): Declaration => ({
  ...it,
  app: { sees: ({ user }) => user !== undefined },
  adds: () => more,
})

/** Summaries that no policy guards: nobody is granted them, a function reads them. */
export const report = (name: string, rows: Row[]): Declaration => ({
  name: `reports.${name}`,
  label: ['user_id'],
  seed: [],
  app: {},
  // it owns them
  system: { sees: anything },
  calls: {
    [`read_${name}`]: {
      sql: `select user_id from reports.read_${name}()`,
      expect: (person) =>
        rows
          .filter((row) => person.admin === true || isOwn(person, row))
          .map(({ user_id }) => String(user_id))
          .sort(),
    },
  },
})
