import type { Connection } from '../connection/connection.ts'
import { codeOf } from '../error-code.ts'
import { DatabaseError } from '../failure.ts'

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
  const login = identifier(server.login)
  const database = identifier(server.database)
  if (server.version < 150_000) {
    const version = Math.floor(server.version / 10_000)
    throw new DatabaseError(
      `DATABASE_URL names a Postgres ${version}; the hub needs Postgres 15 or newer.`,
    )
  }
  if (server.encoding !== 'UTF8') {
    throw new DatabaseError(
      `The database ${database} of DATABASE_URL has the encoding ${server.encoding}; the hub needs UTF8. ` +
        "Make one: CREATE DATABASE name ENCODING 'UTF8' TEMPLATE template0",
    )
  }

  const missing = await run(
    'select name from unnest($1::text[]) name where not exists (select from pg_roles where rolname = name)',
    [`{${roles.join()}}`],
  )
  const forbidden = (what: string, remedy: string) =>
    `The user ${login} of DATABASE_URL ${what}. Have an administrator run: ${remedy}`
  const grant = `GRANT hub_owner, hub_app, hub_system TO ${login}`
  for (const { name } of missing) {
    await or(
      forbidden(
        'may not create roles',
        `CREATE ROLE hub_owner; CREATE ROLE hub_app; CREATE ROLE hub_system; ${grant}`,
      ),
      run(`create role ${identifier(name)} nologin`),
    )
  }

  // Before 16, membership alone lets a login SET ROLE, and creating a role does not make it a member.
  const privilege = server.version >= 160_000 ? 'SET' : 'MEMBER'
  const options = server.version >= 160_000 ? 'with set true, inherit false' : ''
  if (!server.superuser) {
    for (const role of roles) {
      const [has] = await run('select pg_has_role(current_user, $1, $2) as member', [
        role,
        privilege,
      ])
      if (has?.member) continue
      await or(
        forbidden(`is no member of the role ${role}, which another one made`, grant),
        run(`grant ${role} to ${login} ${options}`),
      )
    }
  }

  const own = forbidden(
    `must own the database ${database}`,
    `ALTER DATABASE ${database} OWNER TO ${login}; ` +
      'in that database: ALTER SCHEMA public OWNER TO pg_database_owner',
  )
  const granted = async () => {
    const [found] = await run(`
      select has_schema_privilege('hub_owner', 'public', 'create')
         and has_schema_privilege('hub_app', 'public', 'usage')
         and has_schema_privilege('hub_system', 'public', 'usage')
         and has_database_privilege('hub_system', current_database(), 'create') as enough`)
    return found?.enough === true
  }
  if (!(await granted())) {
    await or(own, run('grant usage, create on schema public to hub_owner'))
    await or(own, run('grant usage on schema public to hub_app, hub_system'))
    // LangGraph's own setup says "create schema if not exists", which asks for this even if it exists
    await or(own, run(`grant create on database ${database} to hub_system`))
    // what a login has no right to grant is a warning only
    if (!(await granted())) throw new DatabaseError(own)
  }
  const [ledger] = await run(
    "select pg_get_userbyid(nspowner) as owner from pg_namespace where nspname = 'drizzle'",
  )
  if (ledger && ledger.owner !== 'hub_owner') {
    throw new DatabaseError(
      `The schema drizzle in the database ${database} of DATABASE_URL belongs to ${identifier(ledger.owner)}, not to hub_owner. ` +
        'If the database was brought back from a dump: its owners, grants and policies were lost, since the roles were not there. ' +
        'Run CREATE ROLE hub_owner; CREATE ROLE hub_app; CREATE ROLE hub_system; and bring it back again, into an empty database, ' +
        'with its owners. If another program made it, give the hub a database of its own.',
    )
  }
  if (!ledger) await or(own, run('create schema drizzle authorization hub_owner'))
}

/** Says `message` when Postgres does not permit the statement. */
async function or(message: string, statement: Promise<unknown>) {
  try {
    await statement
  } catch (error) {
    throw codeOf(error) === '42501' ? new DatabaseError(message, { cause: error }) : error
  }
}

function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
