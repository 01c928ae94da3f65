import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chownSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { freePort } from './free-port.ts'

/** A Debian Postgres of its own, as people already have one; stopped and removed by `stop`. */
export interface TestServer {
  port: number
  readonly pid: number
  /** Of the superuser. */
  url: string
  /** Holds its unix socket, and `data`. */
  folder: string
  /** Stops it as `signal` does (SIGINT: a fast shutdown, SIGKILL: a crash), keeping its data for `up`. */
  down(signal: 'SIGINT' | 'SIGKILL'): Promise<void>
  /** Starts it again on the same port; resolves when it answers. */
  up(): Promise<void>
  stop(): Promise<void>
}

export interface TestServerOptions {
  /** Off by default: tests kill processes, never the machine. Figures of commits need it on. */
  fsync?: boolean
}

/** Starts the newest Postgres of /usr/lib/postgresql, which root installs when it is missing. */
export async function startDebianPostgres({
  fsync = false,
}: TestServerOptions = {}): Promise<TestServer> {
  const bin = debianBinaries()
  const home = await mkdtemp(join(tmpdir(), 'auralink-postgres-'))
  const account = asAccount(home)
  const data = join(home, 'data')
  execFileSync(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
    { cwd: home, stdio: 'pipe', ...account },
  )
  const port = await freePort()
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  let child = await start()
  return {
    port,
    get pid() {
      return child.pid ?? 0
    },
    url,
    folder: home,
    down,
    async up() {
      child = await start()
    },
    async stop() {
      await down('SIGINT')
      await rm(home, { recursive: true, force: true })
    },
  }

  async function start(): Promise<ChildProcess> {
    const started = spawn(
      join(bin, 'postgres'),
      ['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1']
        .concat(['-c', `unix_socket_directories=${home}`, '-c', `fsync=${fsync ? 'on' : 'off'}`])
        .concat(['-c', 'max_connections=200']),
      { cwd: home, stdio: 'ignore', detached: true, ...account },
    )
    await once(started, 'spawn')
    const gaveUp = once(started, 'exit').then(() => 'exit')
    if ((await Promise.race([untilReady(url), gaveUp])) !== 'exit') return started
    // after a crash it does not start before the last backend of the old one has gone
    await sleep(50)
    return start()
  }

  async function down(signal: 'SIGINT' | 'SIGKILL') {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exit = once(child, 'exit')
    child.kill('SIGCONT')
    child.kill(signal)
    await exit
  }
}

function debianBinaries(): string {
  const root = '/usr/lib/postgresql'
  if (!existsSync(root)) {
    if (process.getuid?.() !== 0) {
      throw new Error('These tests need a real Postgres: sudo apt-get install postgresql')
    }
    execFileSync('apt-get', ['install', '-y', '--no-install-recommends', 'postgresql'], {
      stdio: 'inherit',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    })
  }
  const [newest] = readdirSync(root).sort((a, b) => Number(b) - Number(a))
  if (!newest) throw new Error(`There is no Postgres in ${root}`)
  return join(root, newest, 'bin')
}

function asAccount(home: string) {
  if (process.getuid?.() !== 0) return {}
  const [uid, gid] = ['-u', '-g'].map((flag) =>
    Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' })),
  )
  if (uid === undefined || gid === undefined) throw new Error('There is no user postgres')
  mkdirSync(home, { recursive: true })
  chownSync(home, uid, gid)
  return { uid, gid }
}

async function untilReady(url: string) {
  for (let attempt = 0; ; attempt++) {
    try {
      await query(url, 'select 1')
      return
    } catch (error) {
      if (attempt === 200) throw error
      await sleep(50)
    }
  }
}

/** One query on a connection of its own, past all scopes: for what a test sets up or checks. */
export async function query(url: string, text: string, values: unknown[] = []) {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    return (await client.query(text, values)).rows
  } finally {
    await client.end().catch(() => {})
  }
}

/** The login of all test databases of a server, as a managed Postgres would give. */
const LOGIN = 'test_hub'

/** A fresh, empty database for a hub; `server` is a superuser's address. */
export async function createDatabaseOn(server: string) {
  await createLogin(server)
  return createDatabase(server, '')
}

/**
 * The same, as a hub leaves it that has opened it once: a copy of a database that `migrate` has brought up to date,
 * made at its first use and kept by the server under a name that says of which migrations it is.
 */
export async function createMigratedDatabaseOn(
  server: string,
  migrate: (url: string) => Promise<void>,
) {
  await createLogin(server)
  const template = `template_${await hashOfMigrations()}`
  const lock = new pg.Client({ connectionString: server })
  await lock.connect()
  try {
    // two files may begin at once
    await lock.query('select pg_advisory_lock(2)')
    const { rowCount } = await lock.query('select from pg_database where datname = $1', [template])
    if (rowCount === 0) {
      const { url, name } = await createDatabase(server, '')
      await migrate(url)
      await lock.query(`alter database ${name} rename to ${template}`)
    }
  } finally {
    await lock.end()
  }
  return createDatabase(server, `template ${template}`)
}

async function createLogin(server: string) {
  await query(
    server,
    `do $$ begin
       -- two files may begin at once
       perform pg_advisory_xact_lock(1);
       if not exists (select from pg_roles where rolname = '${LOGIN}') then
         create role ${LOGIN} login createrole;
       end if;
     end $$`,
  )
}

async function createDatabase(server: string, options: string) {
  const name = `test_${randomBytes(6).toString('hex')}`
  await query(server, `create database ${name} owner ${LOGIN} ${options}`)
  return {
    name,
    url: server.replace('postgres@', `${LOGIN}@`).replace(/\/postgres$/, `/${name}`),
    adminUrl: server.replace(/\/postgres$/, `/${name}`),
    drop: async () => {
      await query(server, `drop database ${name} with (force)`)
    },
  }
}

/** Somebody may edit a migration while tests are watched. */
async function hashOfMigrations(): Promise<string> {
  const folder = fileURLToPath(new URL('../../db/migrations', import.meta.url))
  const hash = createHash('sha256')
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort()
  for (const file of files) hash.update(await readFile(join(folder, file)))
  return hash.digest('hex').slice(0, 12)
}
