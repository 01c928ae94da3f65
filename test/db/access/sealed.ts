import { type Declaration, everything, type May, type Row } from './declare.ts'
import { users } from './people.ts'

const chain = (n: number) => `00000000-0000-4000-9000-${String(n).padStart(12, '0')}`
const isChainOwner: May = ({ admin, owns, user }, { owner_id }) =>
  admin === true || (owns === true && user === owner_id)
const ownerOf = (row: Row) => users.find((_, n) => chain(n) === row.chain_id) ?? null

/** Whoever asks: the functions are the hub's own, which asks them in the scope of whoever it serves. */
const answers = (text: string) => () => [text]

/** What is sealed, and who did what: reached by functions. */
export const sealed: Declaration[] = [
  {
    name: 'data_keys',
    label: ['user_id'],
    seed: users.map((user_id, n) => ({ id: chain(n), user_id, wrapped: 'w', created_at: 1 })),
    app: {},
    set: "wrapped = 'x'",
    adds: () => [{ id: chain(1000), user_id: 'new', wrapped: 'w', created_at: 1 }],
    calls: {
      data_key: { sql: "select data_key('olga') like '% w'", expect: answers('true') },
      keep_data_key: {
        sql: `select keep_data_key('new', '${chain(1000)}', 'mine', 1) like '% mine'`,
        expect: answers('true'),
      },
      'the key of another': {
        sql: `select keep_data_key('olga', '${chain(1000)}', 'mine', 1) like '% w'`,
        expect: answers('true'),
      },
    },
  },
  {
    name: 'audit_chains',
    label: ['owner_id'],
    seed: users.map((owner_id, n) => ({ id: chain(n), owner_id, seq: 1, hash: 'h' })),
    app: { sees: isChainOwner },
    // an erasure takes the owner from a chain
    system: { sees: everything.sees, changes: everything.changes },
    set: 'owner_id = null',
    adds: ({ user = 'olga' }) => [{ owner_id: user }, { owner_id: 'new' }],
    calls: {
      'append to a chain': {
        sql: "select audit_append('olga', 1, 'a', 'b')",
        expect: answers('2'),
      },
      'begin a chain': { sql: "select audit_append('new', 1, 'a', 'b')", expect: answers('1') },
      'change of a hash': { sql: "update audit_chains set hash = 'x'", expect: () => 'denied' },
    },
  },
  {
    name: 'audit_entries',
    label: ['chain_id'],
    seed: users.map((_, n) => ({
      ...{ chain_id: chain(n), seq: 1, at: 1, action: 'a', body: 'b', hash: 'h' },
    })),
    app: { sees: (person, row) => isChainOwner(person, { owner_id: ownerOf(row) }) },
    system: { sees: everything.sees },
    set: "body = 'x'",
    adds: () => [{ chain_id: chain(0), seq: 9, at: 1, action: 'a', body: 'b', hash: 'h' }],
    calls: {
      'append to a chain': {
        sql: "select audit_append('olga', 1, 'a', 'b')",
        expect: answers('2'),
      },
    },
  },
]
