import { expect, test } from 'vitest'
import { query, useDatabase } from '../support/postgres.ts'

const database = useDatabase()

const ask = (text: string) => query(database.adminUrl, text)

test('row level security is forced on every table, and each has a policy for the system', async () => {
  const tables = await ask(`
    select relname as name, relrowsecurity and relforcerowsecurity as forced,
           pg_get_userbyid(relowner) as owner,
           exists (select from pg_policy where polrelid = pg_class.oid and polname = 'system') as system
      from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'm', 'v')
       and not relispartition`)
  expect(tables.length).toBeGreaterThanOrEqual(8)
  for (const table of tables) {
    expect(table).toEqual({ name: table.name, forced: true, owner: 'hub_owner', system: true })
  }
})

test('every command that hub_app is granted has a policy, and what is written is checked', async () => {
  const missing = await ask(`
    select relname, command
      from pg_class cross join (values ('select', 'r'), ('insert', 'a'), ('update', 'w'), ('delete', 'd'))
        as commands (command, code)
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
       and case when command = 'delete' then has_table_privilege('hub_app', oid, command)
                else has_any_column_privilege('hub_app', oid, command) end
       and not exists (
         select from pg_policy where polrelid = pg_class.oid and polcmd in (code::"char", '*')
            and 'hub_app'::regrole = any (polroles))`)
  expect(missing).toEqual([])
  const unchecked = await ask(`
    select polrelid::regclass::text as name, polname from pg_policy
     where polcmd in ('a', 'w', '*') and polwithcheck is null`)
  expect(unchecked).toEqual([])
})

test('no function is open to everybody; these act with the rights of who made them', async () => {
  const functions = await ask(`
    select oid::regprocedure::text as name, prosecdef as definer,
           has_function_privilege('public', oid, 'execute') as public,
           array(select role from unnest(array['hub_app', 'hub_system']) role
                  where has_function_privilege(role, oid, 'execute')) as may
      from pg_proc where pronamespace in ('public'::regnamespace, 'reports'::regnamespace) order by 1`)
  expect(functions.length).toBeGreaterThanOrEqual(20)
  expect(functions.filter((each) => each.public)).toEqual([])
  const definers = functions.filter(({ definer }) => definer)
  expect(Object.fromEntries(definers.map(({ name, may }) => [name, may.join()]))).toEqual({
    'audit_append(text,bigint,text,text)': 'hub_app,hub_system',
    'data_key(text)': 'hub_app,hub_system',
    'data_key_persons(uuid[])': 'hub_app,hub_system',
    'drop_partitions(bigint)': 'hub_system',
    'hub_rooms(text[])': 'hub_app,hub_system',
    'keep_data_key(text,uuid,text,bigint)': 'hub_app,hub_system',
    'make_partitions(bigint,integer)': 'hub_system',
    'reports.read_agent_performance_summary()': 'hub_app,hub_system',
    'reports.read_llm_comparison_view()': 'hub_app,hub_system',
    'reports.read_mcp_usage_summary()': 'hub_app,hub_system',
    'room_log(uuid,bigint,integer,text[])': 'hub_app,hub_system',
  })
})

test('requests reach two schemas, and make nothing in any', async () => {
  const schemas = await ask(`
    select nspname as name, has_schema_privilege('hub_app', oid, 'create') as makes from pg_namespace
     where has_schema_privilege('hub_app', oid, 'usage') and nspname !~ '^(pg_|information_schema)' order by 1`)
  expect(schemas).toEqual([
    { name: 'public', makes: false },
    { name: 'reports', makes: false },
  ])
})

test('the roles have no power of their own, and requests cannot become the others', async () => {
  const roles = await ask(`
    select rolname, rolsuper or rolbypassrls or rolcreaterole or rolcanlogin as power,
           array(select roleid::regrole::text from pg_auth_members where member = pg_roles.oid) as member_of
      from pg_roles where rolname like 'hub\\_%' order by 1`)
  expect(roles).toEqual(
    ['hub_app', 'hub_owner', 'hub_system'].map((rolname) => ({
      rolname,
      power: false,
      member_of: [],
    })),
  )
  const rights = await ask(`
    select has_table_privilege('hub_app', 'room_events', 'select, insert, update, delete') as log,
           has_any_column_privilege('hub_app', 'room_events', 'select') as part_of_log,
           has_schema_privilege('hub_app', 'langgraph', 'usage') as checkpoints,
           has_table_privilege('hub_app', 'rooms', 'truncate, references, trigger') as past_rls,
           has_column_privilege('hub_app', 'rooms', 'owner_id', 'update') as ownership`)
  expect(rights).toEqual([
    { log: false, part_of_log: false, checkpoints: false, past_rls: false, ownership: false },
  ])
})

test('columns that policies compare are indexed', async () => {
  const bare = await ask(`
    select attrelid::regclass::text as name, attname from pg_attribute join pg_class c on c.oid = attrelid
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
       and attname in ('room_id', 'user_id', 'owner_id')
       and not exists (
         select from pg_index where indrelid = attrelid and indkey[0] = attnum and indpred is null)`)
  expect(bare).toEqual([])
})
