import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { type AuditEntry, type AuditHead, auditHeads, findAuditHead, verifyAudit } from '#db'
import { auditHash } from '../../db/audit/hash.ts'
import { query, useDatabase } from '../support/postgres.ts'
import { entry } from './audit-entry.ts'

const database = useDatabase()

const write = (one: AuditEntry) =>
  database.db.withSystem('test', (tx) => database.db.audit(tx, one))

/** As who owns the server: no trigger and no policy stops it. */
const force = (sql: string) =>
  query(database.adminUrl, `set session_replication_role = replica; ${sql}`)

async function heads(): Promise<AuditHead[]> {
  const all: AuditHead[] = []
  for await (const head of auditHeads(database.db)) all.push(head)
  return all
}

test('the hash that verifies agrees with the one that is written, whatever the text', async () => {
  const text = fc.string({ unit: 'binary', maxLength: 40 }).filter((one) => !one.includes('\0'))
  const tricky = fc.constantFrom('"\\/\b\f\n\r\t\u0001\u001f\u007f\u2028\u2029\u{1f600}é', '')
  const one = fc.record({
    before: fc.oneof(text, tricky),
    chain: fc.uuid(),
    seq: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    at: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
    action: fc.oneof(text, tricky),
    body: fc.oneof(text, tricky),
  })
  const rows = fc.sample(one, 300)
  const hashes = await query(
    database.adminUrl,
    `select audit_hash(e->>'before', (e->>'chain')::uuid, (e->>'seq')::bigint, (e->>'at')::bigint,
                       e->>'action', e->>'body') as hash
       from jsonb_array_elements($1::jsonb) with ordinality as list (e, place) order by place`,
    [JSON.stringify(rows)],
  )
  expect(rows.map(({ before, ...row }) => auditHash(before, row))).toEqual(
    hashes.map(({ hash }) => hash),
  )
})

describe('what was changed by who owns the server', () => {
  /** What is done to the chain of five entries of each owner, and where it is broken then. */
  const broken: Record<string, { sql: (chain: string) => string; at: number; what: RegExp }> = {
    'the time of an entry': {
      sql: (chain) =>
        `update audit_entries set at = at + 1 where chain_id = '${chain}' and seq = 3`,
      at: 3,
      what: /not as it was written/,
    },
    'a letter of an action': {
      sql: (chain) => change(chain, "action = overlay(action placing 'X' from 1 for 1)"),
      at: 3,
      what: /not as it was written/,
    },
    'the first letter of a body': {
      sql: (chain) => change(chain, "body = overlay(body placing '[' from 1 for 1)"),
      at: 3,
      what: /not as it was written/,
    },
    'a letter within a body': {
      sql: (chain) =>
        change(
          chain,
          `body = overlay(body placing
          case when substr(body, length(body) / 2, 1) = 'A' then 'B' else 'A' end
          from length(body) / 2 for 1)`,
        ),
      at: 3,
      what: /not as it was written/,
    },
    'the last letter of a hash': {
      sql: (chain) =>
        change(
          chain,
          `hash = overlay(hash placing
          case when right(hash, 1) = 'a' then 'b' else 'a' end from 64 for 1)`,
        ),
      at: 3,
      what: /not as it was written/,
    },
    'the number of an entry': {
      sql: (chain) => change(chain, 'seq = 9'),
      at: 3,
      what: /missing/,
    },
    'an entry, taken out': {
      sql: (chain) => `delete from audit_entries where chain_id = '${chain}' and seq = 3`,
      at: 3,
      what: /missing/,
    },
    'an entry, moved into another chain': {
      sql: (chain) =>
        `update audit_entries set chain_id = (
           select id from audit_chains where owner_id = 'ends early')
         where chain_id = '${chain}' and seq = 3`,
      at: 3,
      what: /missing/,
    },
    'two entries, swapped': {
      sql: (
        chain,
      ) => `update audit_entries a set action = b.action, at = b.at, body = b.body, hash = b.hash
         from audit_entries b where a.chain_id = '${chain}' and b.chain_id = a.chain_id
          and a.seq in (3, 4) and b.seq = 7 - a.seq`,
      at: 3,
      what: /not as it was written/,
    },
    'an entry, put in at the end': {
      sql: (chain) => `insert into audit_entries
        select chain_id, 6, at, action, body, audit_hash(hash, chain_id, 6, at, action, body)
          from audit_entries where chain_id = '${chain}' and seq = 5`,
      at: 6,
      what: /beyond the end/,
    },
    'an entry, put in before all': {
      sql: (chain) => `insert into audit_entries
        select chain_id, 0, at, action, body, hash
          from audit_entries where chain_id = '${chain}' and seq = 1`,
      at: 0,
      what: /put in later/,
    },
    'the last entries, taken out': {
      sql: (chain) => `delete from audit_entries where chain_id = '${chain}' and seq > 3`,
      at: 4,
      what: /missing/,
    },
    'the hash of the end': {
      sql: (chain) => `update audit_chains set hash = repeat('0', 64) where id = '${chain}'`,
      at: 5,
      what: /not the end/,
    },
    'a chain without its head': {
      sql: (chain) => `delete from audit_chains where id = '${chain}'`,
      at: 1,
      what: /chain itself/,
    },
    'all entries of a chain': {
      sql: (chain) => `delete from audit_entries where chain_id = '${chain}'`,
      at: 1,
      what: /missing/,
    },
  }
  /** What agrees with itself afterwards: only ends that were kept elsewhere show it. */
  const forged: typeof broken = {
    'the last entries, with the head': {
      sql: (chain) => `delete from audit_entries where chain_id = '${chain}' and seq > 3;
        update audit_chains c set seq = 3, hash = e.hash from audit_entries e
         where c.id = '${chain}' and e.chain_id = c.id and e.seq = 3`,
      at: 4,
      what: /missing/,
    },
    'a whole chain, written anew': {
      sql: (chain) => `update audit_entries set at = at - 1000 where chain_id = '${chain}';
        do $$ declare e audit_entries; last text := ''; begin
          for e in select * from audit_entries where chain_id = '${chain}' order by seq loop
            last := audit_hash(last, e.chain_id, e.seq, e.at, e.action, e.body);
            update audit_entries set hash = last where chain_id = e.chain_id and seq = e.seq;
          end loop;
          update audit_chains set hash = last where id = '${chain}';
        end $$`,
      at: 5,
      what: /when the head was exported/,
    },
    'a chain, with everything of it': {
      sql: (chain) => `delete from audit_entries where chain_id = '${chain}';
        delete from audit_chains where id = '${chain}'`,
      at: 1,
      what: /chain itself/,
    },
  }

  function change(chain: string, set: string) {
    return `update audit_entries set ${set} where chain_id = '${chain}' and seq = 3`
  }

  const chains = new Map<string, string>()
  let exported: AuditHead[]

  beforeAll(async () => {
    for (const owner of [...Object.keys(broken), ...Object.keys(forged), 'whole', 'ends early']) {
      const count = owner === 'ends early' ? 1 : 5
      for (let i = 0; i < count; i++) await write(entry(owner, { by: { userId: 'writer' } }))
      const head = await database.db.withSystem('test', (tx) => findAuditHead(tx, owner))
      chains.set(owner, head?.chain ?? '')
    }
    exported = await heads()
    expect((await verifyAudit(database.db, exported)).broken).toEqual([])
    for (const [owner, { sql }] of Object.entries({ ...broken, ...forged }))
      await force(sql(chains.get(owner) ?? ''))
  })

  test.each(Object.keys(broken))('%s', async (owner) => {
    const found = (await verifyAudit(database.db)).broken.filter(
      ({ chain }) => chain === chains.get(owner),
    )
    expect(found).toEqual([
      {
        chain: chains.get(owner),
        seq: broken[owner]?.at,
        what: expect.stringMatching(broken[owner]?.what ?? /^$/),
      },
    ])
  })

  test.each(Object.keys(forged))('%s: shown by exported heads alone', async (owner) => {
    const of = async (known: AuditHead[]) =>
      (await verifyAudit(database.db, known)).broken.filter(
        ({ chain }) => chain === chains.get(owner),
      )
    expect(await of([])).toEqual([])
    expect(await of(exported)).toEqual([
      {
        chain: chains.get(owner),
        seq: forged[owner]?.at,
        what: expect.stringMatching(forged[owner]?.what ?? /^$/),
      },
    ])
  })

  test('other chains are whole', async () => {
    const { broken: found } = await verifyAudit(database.db, exported)
    const names = found.map(
      ({ chain }) => [...chains].find(([, id]) => id === chain)?.[0] ?? 'another test',
    )
    expect(names.sort()).toEqual(
      [...Object.keys(broken), ...Object.keys(forged), 'ends early'].sort(),
    )
  })
})

test('a hundred thousand entries are verified in pages, whatever is appended meanwhile', async () => {
  const { db, adminUrl } = database
  await write(entry('large'))
  await query(
    adminUrl,
    `do $$ declare c audit_chains; begin
       select * into c from audit_chains where owner_id = 'large';
       for n in 2 .. 100000 loop
         c.hash := audit_hash(c.hash, c.id, n, n, 'room.read', '{"id":"x","by":"system"}');
         insert into audit_entries values (c.id, n, n, 'room.read', '{"id":"x","by":"system"}', c.hash);
       end loop;
       update audit_chains set seq = 100000, hash = c.hash where id = c.id;
     end $$`,
  )
  const before = process.memoryUsage().heapUsed
  const verifying = verifyAudit(db)
  for (let i = 0; i < 20; i++) await write(entry('large'))
  const { entries, broken } = await verifying
  const [{ chain } = { chain: '' }] = await query(
    adminUrl,
    "select id as chain from audit_chains where owner_id = 'large'",
  )
  expect(broken.filter((one) => one.chain === chain)).toEqual([])
  expect(entries).toBeGreaterThan(100_000)
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(150 * 2 ** 20)
}, 60_000)
