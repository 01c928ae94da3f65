import { execFileSync } from 'node:child_process'
import { chownSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DatabaseError } from '#db'
import { query, startDebianPostgres, type TestServer } from '../support/database-server.ts'
import { openAt } from '../support/postgres.ts'

let server: TestServer
/** The superuser's, by the unix socket, where every rule lets it in. */
let local: string
/** Says who may log in, and how, before everything else that the server's own file says. */
let rules: (lines: string[]) => Promise<void>

const usual = [
  'host all secured 127.0.0.1/32 scram-sha-256',
  'hostnossl all demanding 127.0.0.1/32 reject',
]

beforeAll(async () => {
  server = await startDebianPostgres()
  const file = join(server.folder, 'data', 'pg_hba.conf')
  const original = readFileSync(file, 'utf8')
  local = `postgresql://postgres@/postgres?host=${server.folder}&port=${server.port}`
  rules = async (lines) => {
    writeFileSync(file, [...lines, original].join('\n'))
    await query(local, 'select pg_reload_conf()')
  }
  await query(server.url, "create role secured login createrole password 's3cret'")
  await query(server.url, 'create database secured owner secured')
  await rules(usual)
})

afterAll(() => server.stop())

/** Whether each of the two pools is encrypted, as a superuser sees it. */
async function open(url: string, admin = local): Promise<boolean[]> {
  const db = await openAt(url)
  try {
    const pid = 'select pg_backend_pid() as pid'
    const own = await db.withSystem('test', (tx) => tx.execute<{ pid: number }>(sql.raw(pid)))
    const { rows } = await db.checkpoints.query(pid)
    const ssl = 'select ssl from pg_stat_ssl where pid = $1'
    const found = [...own, ...rows].map((row) => query(admin, ssl, [row.pid]))
    return (await Promise.all(found)).map(([row]) => row.ssl)
  } finally {
    await db.close()
  }
}

async function refusal(url: string): Promise<string> {
  const error = await open(url).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(DatabaseError)
  const { message } = error as DatabaseError
  expect(message).toContain('DATABASE_URL')
  expect(message).not.toContain('s3cret')
  return message
}

const at = (query: string, database = 'postgres', login = 'postgres') =>
  `postgres://${login}@127.0.0.1:${server.port}/${database}${query}`

describe('a server without TLS', () => {
  test.each(['', '?sslmode=prefer', '?sslmode=allow', '?sslmode=disable'])('%s', async (mode) => {
    expect(await open(at(mode))).toEqual([false, false])
  })

  test.each(['?sslmode=require', '?sslmode=verify-full', '?ssl=true'])('%s', async (mode) => {
    expect(await refusal(at(mode))).toMatch(/does not offer the TLS .* sslmode/)
  })
})

describe('a unix socket', () => {
  test.each([
    ['host in the place of a name', (dir: string) => `postgres@${dir}:PORT/postgres`],
    ['as parameters', (dir: string) => `/postgres?host=${dir}&port=PORT&user=postgres`],
    ['a user without a host', (dir: string) => `postgres@/postgres?host=${dir}&port=PORT`],
    [
      'which has no TLS to ask for',
      (dir: string) => `postgres@${dir}:PORT/postgres?sslmode=require`,
    ],
  ])('%s', async (_, form) => {
    const path = form(encodeURIComponent(server.folder)).replace('PORT', String(server.port))
    // by the socket alone
    await rules(['host all postgres all reject'])
    try {
      expect(await open(`postgresql://${path}`)).toEqual([false, false])
    } finally {
      await rules(usual)
    }
  })

  test('that is not there', async () => {
    expect(await refusal('postgresql://ann@/d?host=/nowhere')).toContain('/nowhere:5432')
  })
})

describe('what is wrong is said', () => {
  test('the password', async () => {
    const good = at('', 'secured', 'secured:s3cret')
    expect(await open(good)).toEqual([false, false])
    const message = /refuses the user "secured" .*password authentication failed/
    expect(await refusal(good.replace('s3cret', 's3cret-no'))).toMatch(message)
    expect(await refusal(good.replace(':s3cret', ''))).toMatch(message)
  })

  test('the user', async () => {
    expect(await refusal(at('', 'postgres', 'nobody_here'))).toContain('"nobody_here"')
  })

  test('the database', async () => {
    expect(await refusal(at('', 'nowhere'))).toContain('has no database "nowhere"')
  })

  test('the port', async () => {
    expect(await refusal('postgres://ann:s3cret@127.0.0.1:1/d')).toMatch(
      /127.0.0.1:1,.*ECONNREFUSED/,
    )
  })

  test('the host', async () => {
    expect(await refusal('postgres://ann:s3cret@nowhere.invalid/d')).toContain('nowhere.invalid')
  })

  test('a server that is not Postgres', async () => {
    const http = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => http.once('listening', resolve))
    const address = http.address()
    const port = typeof address === 'object' ? address?.port : 0
    expect(await refusal(`postgres://ann@127.0.0.1:${port}/d`)).toContain('not Postgres')
    http.close()
  })

  test('a login that may not create roles, with what to run for it', async () => {
    const fresh = await startDebianPostgres()
    try {
      await query(fresh.url, 'create role plain login')
      await query(fresh.url, 'create database plain owner plain')
      const url = fresh.url.replace('postgres@', 'plain@').replace(/postgres$/, 'plain')
      const message = await refusal(url)
      expect(message).toContain('The user "plain" of DATABASE_URL may not create roles')
      await query(fresh.url, message.slice(message.indexOf('CREATE ROLE')))
      expect(await open(url, fresh.url)).toEqual([false, false])
    } finally {
      await fresh.stop()
    }
  })

  test('a database of another, with what to run for it', async () => {
    await query(server.url, 'create role guest login createrole')
    await query(server.url, 'create database foreign_one')
    const url = at('', 'foreign_one', 'guest')
    await open(at(''))
    const grant = /GRANT hub_owner.*/.exec(await refusal(url))?.[0] ?? ''
    await query(server.url, grant)
    const message = await refusal(url)
    expect(message).toContain('must own the database "foreign_one"')
    await query(server.url, /ALTER DATABASE [^;]*/.exec(message)?.[0] ?? '')
    expect(await open(url)).toEqual([false, false])
  })

  test('a database that was brought back without its roles, with what to do first', async () => {
    await query(server.url, 'create database stripped owner secured')
    await query(local.replace('/postgres?', '/stripped?'), 'create schema drizzle')
    const message = await refusal(at('', 'stripped'))
    expect(message).toContain('The schema drizzle in the database "stripped" of DATABASE_URL')
    expect(message).toContain('CREATE ROLE hub_owner; CREATE ROLE hub_app; CREATE ROLE hub_system;')
  })
})

describe('a server with TLS', () => {
  let authority: string

  beforeAll(async () => {
    authority = makeCertificate(join(server.folder, 'data'))
    for (const setting of ["ssl_cert_file = 'cert.pem'", "ssl_key_file = 'key.pem'", 'ssl = on'])
      await query(server.url, `alter system set ${setting}`)
    await query(server.url, 'select pg_reload_conf()')
    await query(server.url, 'create role demanding login superuser')
  })

  test.each(['', '?sslmode=prefer', '?sslmode=require', '?sslmode=no-verify', '?ssl=true'])(
    '%s',
    async (mode) => {
      await expect.poll(() => open(at(mode))).toEqual([true, true])
    },
  )

  test('sslmode=disable', async () => {
    expect(await open(at('?sslmode=disable'))).toEqual([false, false])
    const message = await refusal(at('?sslmode=disable', 'postgres', 'demanding'))
    expect(message).toMatch(/refuses the user "demanding".*no encryption.*sslmode/)
    expect(await open(at('', 'postgres', 'demanding'))).toEqual([true, true])
  })

  test('verify-full wants an authority and the right name', async () => {
    const named = at('').replace('127.0.0.1', 'localhost')
    expect(await refusal(`${named}?sslmode=verify-full`)).toContain('sslrootcert')
    expect(await open(`${named}?sslmode=verify-full&sslrootcert=${authority}`)).toEqual([
      true,
      true,
    ])
    const unnamed = at(`?sslmode=verify-full&sslrootcert=${authority}`)
    expect(await refusal(unnamed)).toContain('certificate')
    expect(await open(unnamed.replace('full', 'ca'))).toEqual([true, true])
  })
})

/** Makes a certificate for localhost that the server of the folder can read; it is its own authority. */
function makeCertificate(folder: string): string {
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost']
      .concat(['-addext', 'subjectAltName=DNS:localhost'])
      .concat(['-keyout', key, '-out', cert]),
    { stdio: 'pipe' },
  )
  const { uid, gid } = statSync(folder)
  for (const file of [cert, key]) chownSync(file, uid, gid)
  return cert
}
