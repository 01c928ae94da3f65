import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { type AuditEntry, findAuditHead, listAudit, tables, verifyAudit } from '#db'
import type { Principal } from '#protocol'
import { query, useDatabase } from '../support/postgres.ts'
import { entry } from './audit-entry.ts'

const database = useDatabase()

const person = (userId: string, rest: Partial<Principal> = {}): Principal => ({
  ...{ userId, role: 'user', expiresAt: 9e15, ...rest },
})

const write = (one: AuditEntry) =>
  database.db.withSystem('test', (tx) => database.db.audit(tx, one))

const read = (owner: string, before?: number) =>
  database.db.withSystem('test', (tx) =>
    listAudit(tx, database.db.vault, { owner, before, limit: 100 }),
  )

test('an entry is in the chain of the owner with the change, or with the change it is not there', async () => {
  const { db } = database
  await write(entry('ada'))
  const broken = db.withSystem('test', async (tx) => {
    await db.audit(tx, entry('ada', { action: 'room.removed' }))
    throw new Error('the change failed')
  })
  await expect(broken).rejects.toThrow('the change failed')
  await write(entry('ada', { action: 'member.set', target: 'bob', by: 'system' }))
  await write(entry('ada', { by: { userId: 'ada', byItself: true }, at: 5 }))
  expect(await read('ada')).toEqual([
    { seq: 3, at: 5, action: 'room.created', by: 'system', details: { room: 'a room' } },
    {
      ...{ seq: 2, at: expect.any(Number), action: 'member.set', by: 'system', target: 'bob' },
      details: { room: 'a room' },
    },
    {
      ...{ seq: 1, at: expect.any(Number), action: 'room.created' },
      by: { id: 'ada', address: '203.0.113.7' },
      request: expect.any(String),
      details: { room: 'a room' },
    },
  ])
  expect((await read('ada', 3)).map(({ seq }) => seq)).toEqual([2, 1])
})

test('changes of one owner are put down without a gap, however many come at once, by whatever role', async () => {
  const { db } = database
  const asPerson = person('many')
  await Promise.all(
    Array.from({ length: 50 }, (_, i) => {
      const one = entry('many', { by: i % 3 ? asPerson : { userId: `guest ${i % 7}` } })
      return i % 2
        ? write(one)
        : db.withUser(asPerson, (tx) => db.audit(tx, { ...one, target: `guest ${i % 5}` }))
    }),
  )
  const found = await read('many')
  expect(found.map(({ seq }) => seq)).toEqual(Array.from({ length: 50 }, (_, i) => 50 - i))
  expect((await verifyAudit(db)).broken).toEqual([])
})

test('an entry that was written by nobody of the hub keeps no other from being read', async () => {
  const { db } = database
  await write(entry('eve'))
  for (const body of ['no JSON', '[]', '{"id":"x","by":"v1.x"}', '{"by":1}'])
    await db.withSystem('test', (tx) =>
      tx.execute(sql`select audit_append('eve', 1, 'room.created', ${body})`),
    )
  const [newest, ...others] = await read('eve')
  expect(newest).toEqual({ seq: 5, at: 1, action: 'room.created', by: {} })
  expect(others.at(-1)?.by).toEqual({ id: 'eve', address: '203.0.113.7' })
})

test('an owner waits for changes of their own alone', async () => {
  const { db } = database
  await write(entry('slow'))
  await write(entry('quick'))
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  let locked = () => {}
  const holding = new Promise<void>((resolve) => {
    locked = resolve
  })
  const slow = db.withSystem('test', async (tx) => {
    await db.audit(tx, entry('slow'))
    locked()
    await held
  })
  await holding
  let second = 'waits'
  const waiting = write(entry('slow')).then(() => {
    second = 'done'
  })
  // by the same person, whose key both seal with
  await write(entry('quick', { by: { userId: 'slow' } }))
  expect(second).toBe('waits')
  release()
  await Promise.all([slow, waiting])
  expect([(await read('slow')).length, (await read('quick')).length]).toEqual([3, 2])
})

test('who may read: the owner and admins; nobody by a token for certain rooms', async () => {
  const { db } = database
  await write(entry('own'))
  const seen = async (principal: Principal) =>
    db.withUser(principal, async (tx) => [
      (await listAudit(tx, db.vault, { owner: 'own', limit: 9 })).length,
      (await findAuditHead(tx, 'own'))?.seq ?? 0,
    ])
  expect(await seen(person('own'))).toEqual([1, 1])
  expect(await seen(person('root', { role: 'admin' }))).toEqual([1, 1])
  expect(await seen(person('other'))).toEqual([0, 0])
  expect(await seen(person('own', { rooms: {} }))).toEqual([0, 0])
  expect(await seen(person('root', { role: 'admin', rooms: {} }))).toEqual([0, 0])
})

test('nobody changes what is there: no request, no job, not who owns the tables', async () => {
  const { db, adminUrl } = database
  await write(entry('fixed'))
  const forbidden = { code: '42501' }
  for (const sql of [
    "update audit_entries set action = 'other'",
    'delete from audit_entries',
    'truncate audit_entries',
  ]) {
    const run = db.withUser(person('fixed'), (tx) => tx.execute(sql))
    await expect(run, `hub_app: ${sql}`).rejects.toMatchObject(forbidden)
    const job = db.withSystem('test', (tx) => tx.execute(sql))
    await expect(job, `hub_system: ${sql}`).rejects.toMatchObject(forbidden)
    const owner = query(adminUrl, `set role hub_owner; ${sql}`)
    await expect(owner, `hub_owner: ${sql}`).rejects.toMatchObject({
      message: 'the audit is only ever appended to',
    })
  }
  const direct = db.withSystem('test', (tx) =>
    tx.insert(tables.auditEntries).values({
      ...{ chainId: randomUUID(), seq: 1, at: 1, action: 'room.created', body: '{}', hash: '' },
    }),
  )
  await expect(direct).rejects.toMatchObject(forbidden)
  const moved = db.withSystem('test', (tx) => tx.update(tables.auditChains).set({ seq: 0 }))
  await expect(moved).rejects.toMatchObject(forbidden)
  expect((await verifyAudit(db)).broken).toEqual([])
})

test('after an erasure the person is nowhere to be read, and every chain is whole', async () => {
  const { db, adminUrl } = database
  const via = { address: '198.51.100.99', request: randomUUID() }
  await write(entry('xenia-4711', { details: { room: "xenia's den" } }))
  await write(entry('olga', { by: { userId: 'xenia-4711', via } }))
  await write(entry('olga', { action: 'member.set', target: 'xenia-4711' }))
  await db.withSystem('test', async (tx) => {
    await tx.execute("update audit_chains set owner_id = null where owner_id = 'xenia-4711'")
    expect(await db.vault.shred(tx, 'xenia-4711')).toBe(true)
  })
  const [set, created] = await read('olga')
  expect(set).toMatchObject({ by: { id: 'olga' }, details: { room: 'a room' } })
  expect(set).not.toHaveProperty('target')
  expect(created).toMatchObject({ by: {}, request: via.request, details: { room: 'a room' } })
  expect(created?.by).toEqual({})
  expect(await read('xenia-4711')).toEqual([])
  const kept = await query(
    adminUrl,
    `select e::text as row from audit_entries e union all select c::text from audit_chains c
     union all select d::text from data_keys d`,
  )
  const text = kept.map(({ row }) => row).join('\n')
  expect(text).not.toMatch(/xenia|198\.51/)
  expect((await verifyAudit(db)).broken).toEqual([])
  // who comes back begins anew
  await write(entry('xenia-4711'))
  expect((await read('xenia-4711')).map(({ seq }) => seq)).toEqual([1])
})
