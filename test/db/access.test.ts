import { sql } from 'drizzle-orm'
import { beforeAll, describe, expect, test } from 'vitest'
import { tables } from '#db'
import { actions, allowed, can, people, seed, type Who } from '../support/access.ts'
import { query, useDatabase } from '../support/postgres.ts'

const database = useDatabase()
let roomId: string

beforeAll(async () => {
  roomId = await seed(database.db)
})

describe.each(actions)('%s', (action) => {
  const may: readonly string[] = allowed[action]
  test.each(Object.entries(people))('%s', async (name, who) => {
    expect(await can(database.db, roomId, who, action)).toBe(may.includes(name))
  })
})

test('every policy matters: without it, somebody loses what is theirs', async () => {
  const policies = await query(
    database.adminUrl,
    "select * from pg_policies where schemaname = 'public' and policyname <> 'system'",
  )
  expect(policies.length).toBeGreaterThanOrEqual(17)
  const idle: string[] = []
  for (const { tablename, policyname, cmd, roles, qual, with_check } of policies) {
    await query(database.adminUrl, `drop policy ${policyname} on ${tablename}`)
    const lost: string[] = []
    for (const action of actions) {
      for (const name of allowed[action]) {
        if (!(await can(database.db, roomId, people[name], action))) lost.push(`${name}: ${action}`)
      }
    }
    const restored = [
      `create policy ${policyname} on ${tablename} for ${cmd} to ${String(roles).replace(/[{}]/g, '')}`,
      qual === null ? '' : `using (${qual})`,
      with_check === null ? '' : `with check (${with_check})`,
    ]
    await query(database.adminUrl, restored.join(' '))
    if (lost.length === 0) idle.push(`${tablename}.${policyname}`)
  }
  expect(idle).toEqual([])
})

test('a member sees the own membership and the own restriction alone', async () => {
  await database.db.withUser(people.watcher, async (tx) => {
    expect(await tx.select().from(tables.roomMembers)).toMatchObject([{ userId: 'wim' }])
    expect(await tx.select().from(tables.restrictions)).toMatchObject([{ userId: 'wim' }])
  })
})

test.each(["insert into rooms (name, owner_id, created_at, opened_at) values ('x', 'olga', 1, 1)"])(
  'requests do not write what the hub writes: %s',
  async (statement) => {
    const attempt = database.db.withUser(people.owner, (tx) => tx.execute(sql.raw(statement)))
    await expect(attempt).rejects.toMatchObject({ code: '42501' })
  },
)

test.each(['rooms', 'room_events', 'restrictions', 'moderation_cases', 'nodes', 'recordings'])(
  'requests cannot delete from %s',
  async (table) => {
    const attempt = database.db.withUser(people.owner, (tx) =>
      tx.execute(sql.raw(`delete from ${table}`)),
    )
    await expect(attempt).rejects.toMatchObject({ code: '42501' })
  },
)

test('requests cannot read the log past room_log', async () => {
  const attempt = database.db.withUser(people.owner, (tx) => tx.select().from(tables.roomEvents))
  await expect(attempt).rejects.toMatchObject({ code: '42501' })
})

test('an answer kept for a repeated creation is seen by its user alone', async () => {
  const row = { method: 'POST', path: '/x', key: 'k', fingerprint: 'f', createdAt: 1 }
  await database.db.withUser(people.owner, (tx) =>
    tx.insert(tables.idempotencyKeys).values({ userId: 'olga', ...row }),
  )
  const seen = (who: Who) =>
    database.db.withUser(who, (tx) => tx.select().from(tables.idempotencyKeys))
  expect(await seen(people.owner)).toHaveLength(1)
  expect(await seen(people.stranger)).toEqual([])
  const forged = database.db.withUser(people.stranger, (tx) =>
    tx.insert(tables.idempotencyKeys).values({ userId: 'olga', ...row, key: 'k2' }),
  )
  await expect(forged).rejects.toMatchObject({ code: '42501' })
})

test('claims that are not what they should be open nothing', async () => {
  for (const claims of [
    '',
    '{}',
    'null',
    '{"sub":"olga","rooms":null}',
    '{"sub":"olga","rooms":[]}',
  ]) {
    const rows = await database.db.withUser(people.stranger, async (tx) => {
      await tx.execute(sql`select set_config('request.jwt.claims', ${claims}, true)`)
      return tx.select().from(tables.rooms)
    })
    expect({ claims, rows }).toEqual({ claims, rows: [] })
  }
})
