import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { tables } from '#db'
import { parseUrl } from '../../db/connection/address.ts'
import { createPool } from '../../db/connection/pool.ts'
import { bootstrap } from '../../db/migrate/bootstrap.ts'
import { createTestDatabase, openAt, query, type TestDatabase } from '../support/postgres.ts'

const root = new URL('../..', import.meta.url)
const migrations = readMigrationFiles({ migrationsFolder: new URL('db/migrations', root).pathname })

/** Migrations of the release before this schema. */
const RELEASED = 6

/** A database that an older version has left, with a room in it. */
async function older(): Promise<TestDatabase> {
  const database = await createTestDatabase({ empty: true })
  onTestFinished(database.drop)
  const { address } = parseUrl(`${database.url}?sslmode=disable`)
  const pool = createPool({ address, max: 1, connectTimeoutMs: 10_000, acquireTimeoutMs: 10_000 })
  await pool.use(bootstrap)
  await pool.close()
  const done = migrations.slice(0, RELEASED)
  const rows = done.map(({ hash, folderMillis }) => `('${hash}', ${folderMillis})`)
  await query(
    database.adminUrl,
    `begin; set local role hub_owner;
     create table drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint);
     ${done.flatMap(({ sql }) => sql).join(';')};
     insert into drizzle.__drizzle_migrations (hash, created_at) values ${rows};
     reset role;
     insert into rooms (name, owner_id, created_at, opened_at) values ('Kept', 'ann', 1, 1);
     insert into room_events (room_id, seq, id, at, type, actor_id, actor_name, actor_kind, data)
       select id, 1, 'e1', 1, 'chat.message', 'ann', 'Ann', 'person', '{"text":"hi"}' from rooms;
     commit`,
  )
  return database
}

const open = async ({ url }: TestDatabase) => {
  const db = await openAt(url)
  onTestFinished(db.close)
  return db
}

/** Everything that a migration can make, and who may do what with it. */
async function everything({ adminUrl }: TestDatabase) {
  const ours = "(select oid from pg_namespace where nspname in ('public', 'reports', 'drizzle'))"
  const lists = {
    columns: `select attrelid::regclass::text, attname, atttypid::regtype::text, attnotnull,
                     (select pg_get_expr(adbin, adrelid) from pg_attrdef where adrelid = attrelid and adnum = attnum)
                from pg_attribute join pg_class c on c.oid = attrelid
               where relnamespace in ${ours} and attnum > 0 and not attisdropped`,
    tables: `select oid::regclass::text, relkind, relrowsecurity, relforcerowsecurity, relowner::regrole::text,
                    relacl::text from pg_class where relnamespace in ${ours}`,
    constraints: `select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint
                   where connamespace in ${ours}`,
    indexes: `select pg_get_indexdef(indexrelid) from pg_index join pg_class c on c.oid = indrelid
               where relnamespace in ${ours}`,
    policies: 'select * from pg_policies',
    functions: `select pg_get_functiondef(oid), proacl::text from pg_proc where pronamespace in ${ours}`,
    ledger: 'select hash, created_at::text from drizzle.__drizzle_migrations',
  }
  const found: Record<string, string[]> = {}
  for (const [what, text] of Object.entries(lists)) {
    found[what] = (await query(adminUrl, text)).map((row) => JSON.stringify(row)).sort()
  }
  return found
}

const kept = async (database: TestDatabase) =>
  query(
    database.adminUrl,
    "select name, data ->> 'text' as text from rooms join room_events on room_id = rooms.id",
  )

async function fresh(): Promise<TestDatabase> {
  const database = await createTestDatabase()
  onTestFinished(database.drop)
  return database
}

test('what an older version left becomes what a new start makes, and keeps what is in it', async () => {
  const database = await older()
  const db = await open(database)
  expect(await kept(database)).toEqual([{ name: 'Kept', text: 'hi' }])
  const rooms = await db.withUser({ userId: 'ann', role: 'user' }, (tx) =>
    tx.select({ name: tables.rooms.name, keptAfter: tables.rooms.keptAfter }).from(tables.rooms),
  )
  expect(rooms).toEqual([{ name: 'Kept', keptAfter: 0 }])
  expect(await everything(database)).toEqual(await everything(await fresh()))
}, 120_000)

test('a hub killed in the middle of migrating leaves what was there; the next two at once do it all', async () => {
  const database = await older()
  const before = await everything(database)
  // the migration comes as far as its first materialised view, and waits there for us
  const gate = new pg.Client({ connectionString: database.adminUrl })
  await gate.connect()
  onTestFinished(() => gate.end())
  await gate.query(`
    select pg_advisory_lock(77);
    create function wait_for_us() returns event_trigger language plpgsql as $$
      begin perform pg_advisory_lock_shared(77); end $$;
    create event trigger gate on ddl_command_start when tag in ('CREATE MATERIALIZED VIEW')
      execute function wait_for_us()`)

  const code = `
    import { openDatabase } from '#db'
    await openDatabase(${JSON.stringify({ url: database.url, dataDir: '/nonexistent' })})`
  const hub = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], {
    cwd: root,
    stdio: 'inherit',
  })
  const dead = once(hub, 'exit')
  onTestFinished(() => {
    hub.kill('SIGKILL')
  })
  const inTheMiddle = () =>
    gate.query(
      `select pid from pg_locks where locktype = 'advisory' and objid = 77 and not granted`,
    )
  await expect.poll(async () => (await inTheMiddle()).rowCount, { timeout: 60_000 }).toBe(1)
  const [{ pid }] = (await inTheMiddle()).rows
  hub.kill('SIGKILL')
  expect(await dead).toEqual([null, 'SIGKILL'])
  await gate.query(
    'drop event trigger gate; drop function wait_for_us(); select pg_advisory_unlock(77)',
  )
  // what it had begun goes with its connection
  await expect
    .poll(
      async () => (await gate.query('select from pg_stat_activity where pid = $1', [pid])).rowCount,
      { timeout: 30_000 },
    )
    .toBe(0)
  expect(await everything(database)).toEqual(before)
  expect(await kept(database)).toEqual([{ name: 'Kept', text: 'hi' }])

  await Promise.all([open(database), open(database)])
  expect(await kept(database)).toEqual([{ name: 'Kept', text: 'hi' }])
  expect(await everything(database)).toEqual(await everything(await fresh()))
}, 120_000)
