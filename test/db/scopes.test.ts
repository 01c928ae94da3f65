import { sql } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { isUnavailable, type Tx, tables } from '#db'
import { query, useDatabase } from '../support/postgres.ts'

const database = useDatabase()

const ann = { userId: 'ann', role: 'user' } as const
const identity = (tx: Tx) =>
  tx.execute<{ user: string | null; role: string; reason: string }>(sql`
    select hub_user() as user, current_user as role, current_setting('hub.reason', true) as reason`)

/** More at once than there are connections, so that each is used many times. */
const many = Array.from({ length: 200 }, (_, index) => index)

test('no identity is left on a connection, whatever came before', async () => {
  const seen = await Promise.all(
    many.map(async (index) => {
      if (index % 4 === 0) {
        // ends in the middle of its transaction
        await database.db
          .withUser({ userId: `u${index}`, role: 'admin' }, async (tx) => {
            await tx.execute(sql`select 1 / 0`)
          })
          .catch(() => {})
      }
      const [row] =
        index % 2 === 0
          ? await database.db.withUser({ userId: `u${index}`, role: 'user' }, identity)
          : await database.db.withSystem('leak test', identity)
      return row
    }),
  )
  for (const index of many) {
    expect(seen[index]).toMatchObject(
      index % 2 === 0
        ? { user: `u${index}`, role: 'hub_app' }
        : { user: null, role: 'hub_system', reason: 'leak test' },
    )
  }
})

test('the empty string that a setting leaves behind is nobody', async () => {
  await database.db.withUser(ann, identity)
  const rows = await database.db.withUser(ann, async (tx) => {
    await tx.execute(sql`select set_config('request.jwt.claims', '', true)`)
    return tx.execute(sql`select hub_user() as user, hub_is_admin() as admin, hub_is_limited() as limited,
      hub_rooms(array['watch'])::text as rooms`)
  })
  expect(rows).toEqual([{ user: null, admin: false, limited: true, rooms: '{}' }])
})

test('a user id with quotes, a name as a role: they stay values', async () => {
  const userId = `o'brien", "role": "admin`
  const [row] = await database.db.withUser({ userId, role: 'user' }, identity)
  expect(row).toMatchObject({ user: userId, role: 'hub_app' })
})

describe('a transaction', () => {
  const names = async () =>
    (await query(database.adminUrl, 'select name from rooms')).map((r) => r.name)
  const insert = (tx: Tx, name: string) =>
    tx.insert(tables.rooms).values({ name, ownerId: 'ann', createdAt: 1, openedAt: 1 })

  test('is undone when its function fails', async () => {
    const attempt = database.db.withSystem('test', async (tx) => {
      await insert(tx, 'thrown')
      throw new Error('mine')
    })
    await expect(attempt).rejects.toThrow('mine')
    expect(await names()).not.toContain('thrown')
  })

  test('is refused when the failure of a query was swallowed', async () => {
    const attempt = database.db.withSystem('test', async (tx) => {
      await insert(tx, 'swallowed')
      await tx.execute(sql`select 1 / 0`).catch(() => {})
    })
    await expect(attempt).rejects.toThrow('unheeded')
    expect(await names()).not.toContain('swallowed')
  })

  test('takes no queries after its end', async () => {
    let leaked: Tx | undefined
    await database.db.withSystem('test', async (tx) => {
      leaked = tx
    })
    await expect(leaked?.execute(sql`select 1`)).rejects.toMatchObject({
      cause: new Error('the transaction is over: a query was not awaited inside it'),
    })
  })

  test('is cut when its function waits for something else', async () => {
    const attempt = database.db.withSystem('test', () => new Promise<never>(() => {}), {
      timeoutMs: 100,
    })
    await expect(attempt).rejects.toSatisfy(isUnavailable)
    expect(await database.db.withSystem('test', identity)).toHaveLength(1)
  })

  test('fails on a slow statement with the code of the statement timeout', async () => {
    const attempt = database.db.withUser(ann, (tx) => tx.execute(sql`select pg_sleep(10)`), {
      timeoutMs: 100,
    })
    await expect(attempt).rejects.toMatchObject({ code: '57014' })
  })

  test('fails with the error of Postgres, which does not repeat what was said', async () => {
    const attempt = database.db.withSystem('test', async (tx) => {
      await insert(tx, 'twice')
      await insert(tx, 'twice')
    })
    const error = await attempt.catch((caught) => caught)
    expect(error).toMatchObject({ code: '23505', constraint_name: 'rooms_name_unique' })
    expect(String(error.message)).not.toContain('twice')
  })
})

test('names are kept in one form', async () => {
  const attempt = database.db.withSystem('test', (tx) =>
    tx.insert(tables.rooms).values({ name: 'e\u0301', ownerId: 'ann', createdAt: 1, openedAt: 1 }),
  )
  await expect(attempt).rejects.toMatchObject({ constraint_name: 'rooms_name_nfc' })
})
