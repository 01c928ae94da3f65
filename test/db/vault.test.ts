import { inspect } from 'node:util'
import { eq } from 'drizzle-orm'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Database, type Place, queries, type Tx, tables, VaultError } from '#db'
import { encryptionKeys, query, useDatabase } from '../support/postgres.ts'

const database = useDatabase()
const as = (userId: string) => ({ userId, role: 'user' }) as const
const placeOf = (userId: string, row = '1'): Place => ({
  ...{ table: 'user_mcp_connections', column: 'credentials', row, userId },
})

const system = <T>(fn: (tx: Tx, db: Database) => Promise<T>) =>
  database.db.withSystem('test', (tx) => fn(tx, database.db))
const seal = (place: Place, plain: string) =>
  database.db.withUser(as(place.userId), (tx) => database.db.vault.seal(tx, place, plain))
const open = async (place: Place, sealed: string) =>
  (await system((tx, db) => db.vault.open(tx, place, sealed))).reveal()
/** How it does not open. */
const failure = (place: Place, sealed: string) =>
  open(place, sealed).then(
    () => 'opened',
    (error: unknown) => (error instanceof VaultError ? error.code : error),
  )

test('any text comes back, for its person and for the hub', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.constantFrom('ann', 'bob', `auth0|o'brien "%7C"`),
      async (text, userId) => {
        const place = placeOf(userId)
        const sealed = await seal(place, text)
        expect(await open(place, sealed)).toBe(text)
        const own = await database.db.withUser(as(userId), (tx) =>
          database.db.vault.open(tx, place, sealed),
        )
        expect(own.reveal()).toBe(text)
      },
    ),
    { numRuns: 40 },
  )
  await expect(seal(placeOf('ann'), 'half \ud83d')).rejects.toThrow(RangeError)
})

test('many at once who have no key yet get one, and all open with it', async () => {
  const all = await Promise.all(Array.from({ length: 24 }, (_, n) => seal(placeOf('new'), `${n}`)))
  expect(await Promise.all(all.map((sealed) => open(placeOf('new'), sealed)))).toEqual(
    all.map((_, n) => `${n}`),
  )
  const rows = await system((tx) =>
    tx.select().from(tables.dataKeys).where(eq(tables.dataKeys.userId, 'new')),
  )
  expect(rows).toHaveLength(1)
})

test('a key of a transaction that is undone was never there', async () => {
  const attempt = system(async (tx, db) => {
    await db.vault.seal(tx, placeOf('undone'), 'x')
    throw new Error('undo')
  })
  await expect(attempt).rejects.toThrow('undo')
  expect(await system((tx, db) => db.vault.shred(tx, 'undone'))).toBe(false)
  const sealed = await seal(placeOf('undone'), 'later')
  expect(await open(placeOf('undone'), sealed)).toBe('later')
})

describe('it does not open', () => {
  test('in another row, column or table, nor for another person', async () => {
    const sealed = await seal(placeOf('ann'), 'of ann')
    await seal(placeOf('bob'), 'bob has a key as well')
    expect(await failure(placeOf('ann', '2'), sealed)).toBe('damaged')
    expect(await failure({ ...placeOf('ann'), column: 'other' }, sealed)).toBe('damaged')
    expect(await failure({ ...placeOf('ann'), table: 'other' }, sealed)).toBe('damaged')
    // the id of ann's key is not that of bob's
    expect(await failure(placeOf('bob'), sealed)).toBe('shredded')
    const [bobs] = await system((tx) =>
      tx.select().from(tables.dataKeys).where(eq(tables.dataKeys.userId, 'bob')),
    )
    const renamed = sealed.replace(/^v1\.[^.]+/, `v1.${bobs?.id}`)
    expect(await failure(placeOf('bob'), renamed)).toBe('damaged')
  })

  test('with a bit of iv, text or tag flipped', async () => {
    const sealed = await seal(placeOf('ann'), 'whole')
    const parts = sealed.split('.')
    for (const part of [2, 3, 4]) {
      const bytes = Buffer.from(parts[part] ?? '', 'base64url')
      bytes[0] = (bytes[0] ?? 0) ^ 1
      const flipped = parts.with(part, bytes.toString('base64url')).join('.')
      expect(flipped).not.toBe(sealed)
      expect(await failure(placeOf('ann'), flipped)).toBe('damaged')
    }
    expect(await failure(placeOf('ann'), sealed.replace('v1', 'v2'))).toBe('damaged')
  })

  test('when two people have the wrapped key of the other', async () => {
    const sealed = [await seal(placeOf('cid'), 'of cid'), await seal(placeOf('dan'), 'of dan')]
    await query(
      database.adminUrl,
      `update data_keys mine set wrapped = theirs.wrapped from data_keys theirs
        where mine.user_id in ('cid', 'dan') and theirs.user_id in ('cid', 'dan') and mine.id <> theirs.id`,
    )
    expect(await failure(placeOf('cid'), sealed[0] ?? '')).toBe('damaged')
    expect(await failure(placeOf('dan'), sealed[1] ?? '')).toBe('damaged')
    // and nothing is sealed with what is not theirs
    await expect(seal(placeOf('cid'), 'more')).rejects.toMatchObject({ code: 'damaged' })
    await query(database.adminUrl, `delete from data_keys where user_id in ('cid', 'dan')`)
  })

  test('once the key is shredded, also for who comes back', async () => {
    const sealed = await seal(placeOf('eve'), 'gone soon')
    await expect(
      database.db.withUser(as('eve'), (tx) => database.db.vault.shred(tx, 'eve')),
    ).rejects.toMatchObject({ code: '42501' })
    expect(await open(placeOf('eve'), sealed)).toBe('gone soon')

    expect(await system((tx, db) => db.vault.shred(tx, 'eve'))).toBe(true)
    expect(await system((tx, db) => db.vault.shred(tx, 'eve'))).toBe(false)
    expect(await failure(placeOf('eve'), sealed)).toBe('shredded')
    const later = await seal(placeOf('eve'), 'back again')
    expect(await failure(placeOf('eve'), sealed)).toBe('shredded')
    expect(await open(placeOf('eve'), later)).toBe('back again')
  })
})

test('neither words nor keys nor people are in what fails or is printed', async () => {
  const sealed = await seal(placeOf('person-in-question'), 'the unspeakable')
  const errors = await Promise.all(
    [sealed.slice(0, -2), sealed.replace('v1.', 'v1.x')].map((text) =>
      open(placeOf('person-in-question'), text).catch((error: unknown) => error),
    ),
  )
  expect(errors.every((error) => error instanceof VaultError)).toBe(true)
  const { vault, keys } = database.db
  const shown = [errors, errors.map((error) => JSON.stringify(error)), vault, keys, database.db]
    .map((value) => inspect(value, { depth: 12, showHidden: true }))
    .join('\n')
  const key = Buffer.from(encryptionKeys[0] ?? [])
  for (const hidden of ['the unspeakable', key.toString('hex'), key.toString('base64')])
    expect(shown).not.toContain(hidden)
  expect(shown).not.toMatch(/07 07 07|7, 7, 7/)
  expect(inspect(errors)).not.toContain('person-in-question')
})

describe("a person's MCP connection", () => {
  const insert = (userId: string, id: string, credentials?: string) =>
    database.db.withUser(as(userId), (tx) =>
      queries.insertConnection(tx, database.db.vault, {
        ...{ id, userId, serverId: 'mcp_test', createdAt: 5 },
        ...(credentials === undefined ? {} : { credentials }),
      }),
    )
  const read = async (userId: string, id: string) =>
    (
      await database.db.withUser(as(userId), (tx) =>
        queries.readCredentials(tx, database.db.vault, id),
      )
    )?.reveal()

  test('keeps its credentials sealed, shows their end, and opens for its owner', async () => {
    await system((tx) =>
      tx.insert(tables.mcpServers).values({
        ...{ id: 'mcp_test', serverType: 'test', name: 'Test', description: 'A server' },
        ...{ transport: 'stdio' as const, operations: [], createdAt: 1 },
      }),
    )
    const token = 'sbp_0123456789abcdef'
    const made = await insert('ann', 'conn_1', token)
    expect(made).toMatchObject({ id: 'conn_1', credentialsHint: 'cdef', status: 'connected' })
    expect(made).not.toHaveProperty('credentials')
    expect(await read('ann', 'conn_1')).toBe(token)
    expect(await read('bob', 'conn_1')).toBeUndefined()

    const stored = JSON.stringify(
      await query(database.adminUrl, 'select * from user_mcp_connections'),
    )
    expect(stored).toContain('v1.')
    expect(stored).not.toContain('0123456789ab')
  })

  test('may have none, or short ones without a hint, and gets others', async () => {
    expect(await insert('ann', 'conn_2')).toMatchObject({ credentialsHint: null })
    expect(await read('ann', 'conn_2')).toBeUndefined()
    const write = (userId: string, credentials: string) =>
      database.db.withUser(as(userId), (tx) =>
        queries.writeCredentials(tx, database.db.vault, { id: 'conn_2', userId }, credentials),
      )
    expect(await write('ann', 'short')).toBe(true)
    expect(await read('ann', 'conn_2')).toBe('short')
    const [row] = await query(
      database.adminUrl,
      `select credentials_hint from user_mcp_connections where id = 'conn_2'`,
    )
    expect(row).toEqual({ credentials_hint: null })
    expect(await write('bob', "not bob's")).toBe(false)
    expect(await read('ann', 'conn_2')).toBe('short')
  })

  test('does not open with the credentials of another one', async () => {
    await query(
      database.adminUrl,
      `update user_mcp_connections set credentials = (select credentials from user_mcp_connections where id = 'conn_1')
        where id = 'conn_2'`,
    )
    await expect(read('ann', 'conn_2')).rejects.toMatchObject({ code: 'damaged' })
  })
})
