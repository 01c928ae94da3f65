import pg from 'pg'
import { codeOf } from '../error-code.ts'
import { type Access, LOGIN, SUPERUSER } from './secrets.ts'

export type Greeting = 'ready' | 'starting' | 'away' | 'stranger'

/** Asks the server on the port whether it is this postmaster, and whether it takes our password. */
export async function greet(access: Access, pid: number): Promise<Greeting> {
  try {
    const found = await asSuperuser(access, async (client) => {
      const { rows } = await client.query("select pg_read_file('postmaster.pid') as file")
      return Number(String(rows[0]?.file).split('\n')[0])
    })
    return found === pid ? 'ready' : 'stranger'
  } catch (error) {
    const code = codeOf(error)
    if (code === '57P03') return 'starting'
    return code === '28P01' || code === '28000' ? 'stranger' : 'away'
  }
}

/** Makes the hub's login and database, which is all that the superuser is for. */
export async function makeLogin(access: Access): Promise<void> {
  await asSuperuser(access, async (client) => {
    const { rows } = await client.query(
      `select exists (select from pg_roles where rolname = $1) as login,
              exists (select from pg_database where datname = $1) as database`,
      [LOGIN],
    )
    if (!rows[0]?.login) {
      const password = client.escapeLiteral(access.password)
      await client.query(`create role ${LOGIN} login createrole noinherit password ${password}`)
    }
    if (!rows[0]?.database) await client.query(`create database ${LOGIN} owner ${LOGIN}`)
  })
}

/** Whether another hub works on this server. */
export async function isUsed(access: Access): Promise<boolean> {
  return asSuperuser(access, async (client) => {
    const { rows } = await client.query(
      'select exists (select from pg_stat_activity where usename = $1) as used',
      [LOGIN],
    )
    return rows[0]?.used === true
  })
}

async function asSuperuser<T>(
  { port, password }: Access,
  fn: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: SUPERUSER,
    password,
    database: 'postgres',
    connectionTimeoutMillis: 2_000,
    query_timeout: 30_000,
    application_name: 'auralink-supervisor',
  })
  // a lost connection fails the query as well; without a listener it would end the process
  client.on('error', () => {})
  try {
    await client.connect()
    return await fn(client)
  } finally {
    await client.end().catch(() => {})
  }
}
