import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { useDatabase } from '../support/postgres.ts'

/**
 * The rules of Supabase's splinter (its database linter) that concern the hub, in the catalogue's own words. Each has
 * a breach that it has to notice, made in a transaction that is undone.
 */
interface Rule {
  rule: string
  /** Answers what breaks the rule. */
  lint: string
  breach: string
}

const database = useDatabase()

/** Every schema but those of Postgres itself. */
const OURS = `select oid from pg_namespace
  where nspname not in ('pg_catalog', 'information_schema', 'pg_toast') and nspname !~ '^pg_(toast_)?temp_'`
const LEAF = "relkind = 'r' and not relispartition"
const MONTH = `relispartition and relname ~ '_\\d{4}_\\d{2}$'`

const rules: Rule[] = [
  {
    rule: '0001 foreign keys have an index to find what refers',
    lint: `
      select conname from pg_constraint
       where contype = 'f' and connamespace in (${OURS}) and conparentid = 0
         and not exists (
           select from pg_index
            where indrelid = conrelid and indpred is null
              and (indkey::int2[])[0 : cardinality(conkey) - 1] @> conkey)`,
    breach: 'drop index team_members_agent',
  },
  {
    rule: '0003 what a policy asks of the claims is asked once, not for each row',
    lint: `
      select polrelid::regclass::text, polname from pg_policy
       where regexp_replace(
               concat_ws(' ', pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)),
               '\\( SELECT hub_\\w+\\(\\) AS hub_\\w+\\)', '', 'g') ~ 'hub_\\w+\\(|current_setting'`,
    breach: 'alter policy app_read on nodes using (not hub_is_limited())',
  },
  {
    rule: '0004 every table has a primary key',
    lint: `
      select oid::regclass::text from pg_class
       where relkind in ('r', 'p') and relnamespace in (${OURS})
         and not exists (select from pg_index where indrelid = pg_class.oid and indisprimary)`,
    breach: 'alter table nodes drop constraint nodes_pkey',
  },
  {
    rule: '0006 a command asks one policy of each role',
    lint: `
      select polrelid::regclass::text, role::regrole::text, command
        from pg_policy, unnest(polroles) role, unnest(array['r', 'a', 'w', 'd']) command
       where polpermissive and polcmd in (command::"char", '*')
       group by 1, 2, 3 having count(*) > 1`,
    breach: 'create policy too on agents for select to hub_app using (false)',
  },
  {
    rule: '0007 where there are policies, they are asked',
    lint: `
      select distinct polrelid::regclass::text from pg_policy join pg_class c on c.oid = polrelid
       where not relrowsecurity`,
    breach: 'alter table agents disable row level security',
  },
  {
    rule: '0008 what is guarded has policies, but for the months, which nobody is granted',
    lint: `
      select oid::regclass::text from pg_class
       where relrowsecurity and relnamespace in (${OURS})
         and case when ${MONTH} then relacl is not null
                  else not exists (select from pg_policy where polrelid = pg_class.oid) end`,
    breach: `create table bare (id int primary key); alter table bare enable row level security`,
  },
  {
    rule: '0009 no two indexes are the same',
    lint: `
      select min(indexrelid::regclass::text) from pg_index join pg_class c on c.oid = indrelid
       where relnamespace in (${OURS})
       group by indrelid, indkey::text, indclass::text, indcollation::text, indoption::text,
                pg_get_expr(indexprs, indrelid), pg_get_expr(indpred, indrelid)
      having count(*) > 1`,
    breach: 'create index again on agents (user_id, id)',
  },
  {
    rule: '0010 a view asks the policies of who reads it',
    lint: `
      select oid::regclass::text from pg_class
       where relkind = 'v' and relnamespace in (${OURS})
         and not coalesce(reloptions::text[] && array['security_invoker=true', 'security_invoker=on'], false)`,
    breach: 'create view all_agents as select * from agents',
  },
  {
    rule: '0011 no function can be lured by a search path',
    lint: `
      select oid::regprocedure::text from pg_proc
       where pronamespace in ('public'::regnamespace, 'reports'::regnamespace)
         and not coalesce(array_to_string(proconfig, ' ') ~ 'search_path=pg_catalog(, public)?, pg_temp', false)`,
    breach: 'alter function hub_user() reset search_path',
  },
  {
    rule: '0013 every table is guarded, also from its owner; its partitions, too',
    lint: `
      select oid::regclass::text from pg_class
       where relkind in ('r', 'p', 'f') and relnamespace in ('public'::regnamespace, 'reports'::regnamespace)
         and not (relrowsecurity and relforcerowsecurity)`,
    breach: 'alter table mcp_operation_logs_rest no force row level security',
  },
  {
    rule: '0016 no materialised view is granted to anybody',
    lint: `
      select oid::regclass::text from pg_class, unnest(array['hub_app', 'public']) role
       where relkind = 'm' and has_table_privilege(role, oid, 'select, insert, update, delete')`,
    breach: 'grant select on reports.mcp_usage_summary to hub_app',
  },
  {
    rule: '0023 secrets are in the columns that are known for it, sealed',
    lint: `
      select attrelid::regclass::text, attname from pg_attribute join pg_class c on c.oid = attrelid
       where ${LEAF} and relnamespace in (${OURS}) and attnum > 0 and not attisdropped
         and attname ~* 'secret|passw|credential|wrapped|api_?key|private|(^|_)token$'
         and (attrelid::regclass::text, attname) not in (
           -- the vault's
           ('user_mcp_connections', 'credentials'), ('data_keys', 'wrapped'),
           -- whether, and the last characters
           ('mcp_servers', 'needs_credentials'), ('user_mcp_connections', 'credentials_hint'))
      union
      select 'data_keys', 'granted' where has_any_column_privilege('hub_app', 'data_keys', 'select')`,
    breach: 'grant select (wrapped) on data_keys to hub_app',
  },
  {
    rule: '0024 no policy lets everybody through, in whatever words',
    lint: `
      select polrelid::regclass::text, polname from pg_policy
       where 0 = any (polroles)
          or ('hub_app'::regrole = any (polroles)
              and (regexp_replace(pg_get_expr(polqual, polrelid), '[()\\s]', '', 'g') in ('true', '1=1')
                   or regexp_replace(pg_get_expr(polwithcheck, polrelid), '[()\\s]', '', 'g') in ('true', '1=1')))`,
    breach: 'alter policy app_own on agents using (1 = 1)',
  },
]

describe('every rule is kept, and its breach noticed', () => {
  test.each(rules)('$rule', async ({ lint, breach }) => {
    const client = new pg.Client({ connectionString: database.adminUrl })
    await client.connect()
    try {
      expect((await client.query(lint)).rows).toEqual([])
      await client.query(`begin; ${breach}`)
      expect((await client.query(lint)).rows).not.toEqual([])
    } finally {
      await client.end()
    }
  })
})
