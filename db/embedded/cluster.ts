import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chown, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Place } from './place.ts'
import { SUPERUSER } from './secrets.ts'

/** Small, quiet about what people say, and as durable as Postgres is by default. */
const settings: Record<string, string> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '50',
  shared_buffers: '48MB',
  maintenance_work_mem: '32MB',
  max_wal_size: '256MB',
  max_parallel_workers_per_gather: '0',
  jit: 'off',
  huge_pages: 'off',
  io_method: 'sync',
  password_encryption: 'scram-sha-256',
  log_min_messages: 'warning',
  log_checkpoints: 'off',
  // statements and details of errors hold what people said
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
}

const LOG_LIMIT = 5_000_000

/** Makes the cluster, whole or not at all. */
export async function initCluster(binaries: string, { home, account }: Place, password: string) {
  const half = join(home, 'data.new')
  const passwordFile = join(home, 'password.new')
  await rm(half, { recursive: true, force: true })
  try {
    await mkdir(half, { mode: 0o700 })
    await writeFile(passwordFile, password, { mode: 0o600 })
    if (account) {
      await chown(half, account.uid, account.gid)
      await chown(passwordFile, account.uid, account.gid)
    }
    const child = spawn(
      join(binaries, 'bin', 'initdb'),
      [
        `--pgdata=${half}`,
        `--username=${SUPERUSER}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
      ],
      { cwd: half, env: environment(), stdio: ['ignore', 'ignore', 'pipe'], ...account },
    )
    let output = ''
    child.stderr?.on('data', (chunk) => {
      output += chunk
    })
    const [code, signal] = await once(child, 'close')
    if (code !== 0) throw new Error(`initdb failed (${code ?? signal}): ${output.trim()}`)
    await rename(half, join(home, 'data'))
  } finally {
    await rm(passwordFile, { force: true })
  }
}

/**
 * Starts a postmaster in a session of its own: neither Ctrl-C in the hub's terminal nor the hub's death
 * reaches it, so that it is there for the hub's last commit.
 */
export async function spawnPostmaster(
  binaries: string,
  { home, account }: Place,
  port: number,
): Promise<ChildProcess> {
  const data = join(home, 'data')
  const log = await open(join(home, 'log'), 'a', 0o600)
  try {
    if ((await log.stat()).size > LOG_LIMIT) await log.truncate()
    const options = Object.entries({ ...settings, port: String(port) })
    const child = spawn(
      join(binaries, 'bin', 'postgres'),
      ['-D', data, ...options.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      {
        cwd: data,
        env: environment(),
        detached: true,
        stdio: ['ignore', log.fd, log.fd],
        ...account,
      },
    )
    await once(child, 'spawn')
    child.unref()
    return child
  } finally {
    await log.close()
  }
}

/** Refuses a cluster that these binaries cannot open. */
export async function checkVersion(binaries: string, data: string) {
  const { stdout } = await promisify(execFile)(join(binaries, 'bin', 'postgres'), ['--version'])
  const ours = stdout.match(/(\d+)/)?.[1]
  const theirs = (await readFile(join(data, 'PG_VERSION'), 'utf8')).trim()
  if (ours !== theirs) {
    throw new Error(`${data} was made by Postgres ${theirs}, and the hub now brings ${ours}`)
  }
}

/** The last lines of the server's own log, to say why it did not start. */
export async function lastLines({ home }: Place): Promise<string> {
  const text = await readFile(join(home, 'log'), 'utf8').catch(() => '')
  return text.trim().split('\n').slice(-5).join('\n')
}

/** Nothing of the hub's environment: it holds secrets, and PG* variables would change what runs. */
function environment() {
  return { PATH: process.env.PATH ?? '', LC_ALL: 'C', TZ: 'UTC' }
}
