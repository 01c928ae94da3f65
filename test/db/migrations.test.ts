import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres'
import { expect, inject, onTestFinished, test } from 'vitest'
import { CHECKPOINT_SCHEMA, tables } from '#db'
import { createTestDatabase, openAt, query, type TestDatabase } from '../support/postgres.ts'

async function fresh(): Promise<TestDatabase> {
  const database = await createTestDatabase({ empty: true })
  onTestFinished(database.drop)
  return database
}

const open = async (url: string) => {
  const db = await openAt(url)
  onTestFinished(db.close)
  return db
}

const ledger = (database: TestDatabase) =>
  query(
    database.adminUrl,
    'select hash, count(*)::int from drizzle.__drizzle_migrations group by 1',
  )

test('a second start finds everything done and keeps what is there', async () => {
  const database = await fresh()
  const first = await open(database.url)
  await first.withSystem('test', (tx) =>
    tx.insert(tables.rooms).values({ name: 'Kept', ownerId: 'ann', createdAt: 1, openedAt: 1 }),
  )
  const before = await ledger(database)
  const second = await open(database.url)
  expect(await ledger(database)).toEqual(before)
  expect(
    await second.withSystem('test', (tx) =>
      tx.select({ name: tables.rooms.name }).from(tables.rooms),
    ),
  ).toEqual([{ name: 'Kept' }])
})

test('four starts at once on a new database', async () => {
  const database = await fresh()
  await Promise.all([1, 2, 3, 4].map(() => open(database.url)))
  for (const { count } of await ledger(database)) expect(count).toBe(1)
})

test('three new databases of one cluster at once, which share its roles', async () => {
  const databases = await Promise.all([fresh(), fresh(), fresh()])
  await Promise.all(databases.map((database) => open(database.url)))
})

test('a login without CREATEROLE uses roles that an administrator has given it', async () => {
  const database = await fresh()
  await (await createTestOwner(database)).grant()
  const db = await open(database.url.replace('test_hub@', 'test_plain@'))
  expect(await db.withSystem('test', (tx) => tx.select().from(tables.rooms))).toEqual([])
})

test('a login that may not have the roles is told what to ask for', async () => {
  const database = await fresh()
  await createTestOwner(database)
  const attempt = openAt(database.url.replace('test_hub@', 'test_plain@'))
  await expect(attempt).rejects.toThrow('GRANT hub_owner, hub_app, hub_system TO "test_plain"')
})

/** The roles exist (by a first database); the login has none of them and may not create any. */
async function createTestOwner(database: TestDatabase) {
  const server = inject('postgres')
  const other = await fresh()
  await open(other.url)
  const name = new URL(database.url).pathname.slice(1)
  await query(
    server,
    `do $$ begin
       if not exists (select from pg_roles where rolname = 'test_plain') then
         create role test_plain login;
       end if;
     end $$;
     revoke hub_owner, hub_app, hub_system from test_plain;
     alter database ${name} owner to test_plain`,
  )
  return {
    grant: () => query(server, 'grant hub_owner, hub_app, hub_system to test_plain'),
  }
}

test('a superuser by URL is no more than a request inside a scope', async () => {
  const database = await fresh()
  const db = await open(database.adminUrl)
  await db.withSystem('test', (tx) =>
    tx.insert(tables.rooms).values({ name: 'R', ownerId: 'ann', createdAt: 1, openedAt: 1 }),
  )
  const rooms = await db.withUser({ userId: 'bob', role: 'user' }, (tx) =>
    tx.select().from(tables.rooms),
  )
  expect(rooms).toEqual([])
})

test("LangGraph's checkpoints are set up, owned by hub_system, out of reach for requests", async () => {
  const database = await fresh()
  const db = await open(database.url)
  const saver = new PostgresSaver(db.checkpoints, undefined, { schema: CHECKPOINT_SCHEMA })
  const config = { configurable: { thread_id: 't', checkpoint_ns: '' } }
  const checkpoint = {
    ...{ v: 4, id: '1', ts: '2026-01-01T00:00:00Z', channel_values: { upto: 7 } },
    ...{ channel_versions: { upto: 1 }, versions_seen: {} },
  }
  await saver.put(config, checkpoint, { source: 'input', step: 0, parents: {} }, { upto: 1 })
  expect((await saver.getTuple(config))?.checkpoint.channel_values).toEqual({ upto: 7 })
  const owners = await query(
    database.adminUrl,
    "select distinct pg_get_userbyid(relowner) as owner from pg_class where relnamespace = 'langgraph'::regnamespace",
  )
  expect(owners).toEqual([{ owner: 'hub_system' }])
})
