import type { Connection } from '../connection/connection.ts'

const roles = ['hub_owner', 'hub_app', 'hub_system'] as const

/**
 * Roles, schemas and the grants that only the login can give. Roles belong to the whole cluster, so they
 * may be there already, made for another database by another login.
 */
export async function bootstrap({ run }: Connection): Promise<void> {
  const [server] = await run(`
    select current_user as login, current_database() as database,
           pg_encoding_to_char(encoding) as encoding,
           current_setting('server_version_num')::int as version,
           (select rolsuper from pg_roles where rolname = current_user) as superuser
      from pg_database where datname = current_database()`)
  if (!server) throw new Error('Postgres did not say what it is')
  if (server.version < 150_000) throw new Error('Postgres 15 or newer is needed')
  if (server.encoding !== 'UTF8') throw new Error('the database must have the encoding UTF8')
  const login = identifier(server.login)

  const missing = await run(
    'select name from unnest($1::text[]) name where not exists (select from pg_roles where rolname = name)',
    [`{${roles.join()}}`],
  )
  for (const { name } of missing) await run(`create role ${identifier(name)} nologin`)

  // Before 16, membership alone lets a login SET ROLE, and creating a role does not make it a member.
  const privilege = server.version >= 160_000 ? 'SET' : 'MEMBER'
  const options = server.version >= 160_000 ? 'with set true, inherit false' : ''
  if (!server.superuser) {
    for (const role of roles) {
      const [has] = await run('select pg_has_role(current_user, $1, $2) as member', [
        role,
        privilege,
      ])
      if (!has?.member) await grantRole(run, role, login, options)
    }
  }

  const database = identifier(server.database)
  const [granted] = await run(`
    select has_schema_privilege('hub_owner', 'public', 'create')
       and has_schema_privilege('hub_app', 'public', 'usage')
       and has_schema_privilege('hub_system', 'public', 'usage')
       and has_database_privilege('hub_system', current_database(), 'create') as enough,
           exists (select from pg_namespace where nspname = 'drizzle') as ledger`)
  if (!granted?.enough) {
    await run('grant usage, create on schema public to hub_owner')
    await run('grant usage on schema public to hub_app, hub_system')
    // LangGraph's own setup says "create schema if not exists", which asks for this even if it exists
    await run(`grant create on database ${database} to hub_system`)
  }
  if (!granted?.ledger) await run('create schema drizzle authorization hub_owner')
}

async function grantRole(run: Connection['run'], role: string, login: string, options: string) {
  try {
    await run(`grant ${role} to ${login} ${options}`)
  } catch (cause) {
    throw new Error(
      `the role ${role} belongs to another login of this cluster. Have an administrator run: ` +
        `GRANT hub_owner, hub_app, hub_system TO ${login}`,
      { cause },
    )
  }
}

function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
