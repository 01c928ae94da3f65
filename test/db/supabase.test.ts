import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { SignJWT } from 'jose'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, tables } from '#db'
import { createAuth } from '../../server/auth/index.ts'
import { query, startDebianPostgres, type TestServer } from '../support/database-server.ts'
import { openAt } from '../support/postgres.ts'

/**
 * A cluster as Supabase gives one: the login is no superuser, but makes roles and asks no policies; whatever is made
 * in `public` is granted to the roles of its REST interface; and people have tables of their own beside the hub's.
 */
const supabase = `
  create role project login createrole createdb bypassrls;
  create role anon nologin noinherit;
  create role authenticated nologin noinherit;
  create role service_role nologin noinherit bypassrls;
  create role authenticator login noinherit;
  create role supabase_auth_admin nologin noinherit;
  grant anon, authenticated, service_role to authenticator, project`
const ofTheProject = `
  grant usage on schema public to project, anon, authenticated, service_role;
  create schema auth authorization supabase_auth_admin;
  grant usage on schema auth to project, anon, authenticated, service_role;
  create function auth.uid() returns uuid language sql stable as $$
    select (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid $$;
  set role project;
  alter default privileges in schema public grant all on tables to anon, authenticated, service_role;
  alter default privileges in schema public grant all on functions to anon, authenticated, service_role;
  alter default privileges in schema public grant all on sequences to anon, authenticated, service_role;
  create table profiles (id uuid primary key, name text);
  alter table profiles enable row level security;
  create policy own on profiles to authenticated using ((select auth.uid()) = id)`

const SECRET = 'the-jwt-secret-of-a-project-0123456789'
const ISSUER = 'https://project.supabase.co/auth/v1'
const api = ['anon', 'authenticated', 'service_role']

let server: TestServer
let adminUrl: string
let db: Database

beforeAll(async () => {
  server = await startDebianPostgres()
  await query(server.url, supabase)
  await query(server.url, 'create database project owner project')
  adminUrl = server.url.replace(/postgres$/, 'project')
  await query(adminUrl, ofTheProject)
  const url = adminUrl.replace('postgres@', 'project@')
  db = await openAt(url)
})

afterAll(async () => {
  await db?.close()
  await server?.stop()
})

/** As the REST interface of Supabase asks. */
async function asApi(role: string, sub: string, text: string) {
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  try {
    await client.query('begin')
    const claims = JSON.stringify({ sub, role })
    await client.query(
      "select set_config('role', $1, true), set_config('request.jwt.claims', $2, true)",
      [role, claims],
    )
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

test('its REST interface is granted nothing of the hub, also not what is made later', async () => {
  await db.withSystem('test', (tx) => tx.execute(sql`select make_partitions(4102444800000, 1)`))
  const granted = await query(
    adminUrl,
    `select role, c.oid::regclass::text as name
       from pg_class c, unnest($1::text[]) role
      where pg_get_userbyid(relowner) like 'hub\\_%' and relkind in ('r', 'p', 'v', 'm', 'f')
        and (has_table_privilege(role, c.oid, 'select, insert, update, delete, truncate, references, trigger')
             or has_any_column_privilege(role, c.oid, 'select, insert, update, references'))
      union all
     select role, c.oid::regclass::text from pg_class c, unnest($1::text[]) role
      where pg_get_userbyid(relowner) like 'hub\\_%' and relkind = 'S'
        and has_sequence_privilege(role, c.oid, 'usage, select, update')
      union all
     select role, p.oid::regprocedure::text from pg_proc p, unnest($1::text[]) role
      where pg_get_userbyid(proowner) like 'hub\\_%' and has_function_privilege(role, p.oid, 'execute')
      union all
     select role, nspname from pg_namespace n, unnest($1::text[]) role
      where pg_get_userbyid(nspowner) like 'hub\\_%' and has_schema_privilege(role, n.oid, 'usage, create')`,
    [api],
  )
  expect(granted).toEqual([])
})

test.each(api)('%s sees and runs nothing of the hub', async (role) => {
  for (const text of [
    'select * from rooms',
    'select * from mcp_operation_logs_2100_01',
    'select hub_user()',
    "select data_key('ann')",
    'select * from reports.read_mcp_usage_summary()',
    'select * from drizzle.__drizzle_migrations',
    'select * from langgraph.checkpoints',
  ]) {
    await expect(asApi(role, randomUUID(), text), text).rejects.toMatchObject({ code: '42501' })
  }
})

test('tables of the project go on as before', async () => {
  const id = randomUUID()
  await query(adminUrl, 'insert into profiles values ($1, $2), ($3, $4)', [
    id,
    'Ann',
    randomUUID(),
    'Bob',
  ])
  expect(await asApi('authenticated', id, 'select name from profiles')).toEqual([{ name: 'Ann' }])
  // the hub is not let in there either
  const attempt = db.withUser({ userId: id, role: 'admin' }, (tx) =>
    tx.execute(sql`select * from profiles`),
  )
  await expect(attempt).rejects.toMatchObject({ code: '42501' })
})

test('a login that asks no policies asks them inside a scope', async () => {
  const [login] = await query(
    adminUrl,
    "select rolbypassrls, rolsuper from pg_roles where rolname = 'project'",
  )
  expect(login).toEqual({ rolbypassrls: true, rolsuper: false })
  await db.withSystem('test', (tx) =>
    tx.insert(tables.agents).values([
      { userId: 'ann', name: 'A', createdAt: 1, updatedAt: 1 },
      { userId: 'bob', name: 'B', createdAt: 1, updatedAt: 1 },
    ]),
  )
  const seen = await db.withUser({ userId: 'ann', role: 'user' }, (tx) =>
    tx.select().from(tables.agents),
  )
  expect(seen.map(({ userId }) => userId)).toEqual(['ann'])
})

/** As Supabase Auth signs one with the project's secret. */
function sign(sub: string, more: Record<string, unknown> = {}): Promise<string> {
  return new SignJWT({
    ...{ role: 'authenticated', aal: 'aal1', session_id: randomUUID(), is_anonymous: false },
    ...{ email: 'ann@example.com', phone: '', user_metadata: { role: 'admin' } },
    ...{
      app_metadata: { provider: 'email', providers: ['email'] },
      amr: [{ method: 'password', timestamp: 1 }],
    },
    ...more,
  })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(sub)
    .setIssuer(ISSUER)
    .setAudience('authenticated')
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(SECRET))
}

test('its tokens are good for the hub: who it says sees their own, an admin by app_metadata the operations', async () => {
  const auth = createAuth({
    dataDir: '/nonexistent',
    auth: { secret: SECRET, issuer: ISSUER, audience: 'authenticated' },
  })
  const [ann, bob, ada] = [randomUUID(), randomUUID(), randomUUID()]
  await db.withSystem('test', async (tx) => {
    await tx.insert(tables.rooms).values([
      { name: 'Of Ann', ownerId: ann, createdAt: 1, openedAt: 1 },
      { name: 'Of Bob', ownerId: bob, createdAt: 1, openedAt: 1 },
    ])
    await tx.insert(tables.nodes).values({ id: 'n', fence: 1, expiresAt: new Date(0) })
  })
  const sees = async (token: string) => {
    const principal = await auth.verifyToken(token)
    return db.withUser(principal, async (tx) => ({
      rooms: (await tx.select().from(tables.rooms)).map(({ name }) => name).sort(),
      words: (await tx.execute(sql`select unnest(hub_readable_rooms())`)).length,
      nodes: (await tx.select().from(tables.nodes)).length,
    }))
  }
  expect(await sees(await sign(ann))).toEqual({ rooms: ['Of Ann'], words: 1, nodes: 0 })
  // what people write about themselves makes nobody an admin
  expect(await sees(await sign(bob, { user_metadata: { role: 'admin' } }))).toEqual({
    ...{ rooms: ['Of Bob'], words: 1, nodes: 0 },
  })
  expect(await sees(await sign(ada, { app_metadata: { role: 'admin' } }))).toEqual({
    ...{ rooms: ['Of Ann', 'Of Bob'], words: 0, nodes: 1 },
  })
  // the project's own key to everything is no person
  const service = new SignJWT({ role: 'service_role' }).setProtectedHeader({ alg: 'HS256' })
  const key = await service
    .setExpirationTime('10y')
    .setIssuer(ISSUER)
    .setAudience('authenticated')
    .sign(new TextEncoder().encode(SECRET))
  await expect(auth.verifyToken(key)).rejects.toMatchObject({ code: 'unauthenticated' })
})
