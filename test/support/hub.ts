import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type JWTPayload, SignJWT } from 'jose'
import type { Right, Role } from '#protocol'

export const SECRET = 'the-secret-of-the-hubs-in-tests-0123456789'
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const START_MS = 120_000

export interface HubOptions {
  /** Without it the hub runs a Postgres of its own. */
  databaseUrl?: string
  /** Kept after `stop` when given; a fresh temporary folder otherwise. */
  dataDir?: string
  /** Default 0: the system chooses. */
  port?: number
  /** More of the environment; undefined unsets. */
  env?: Record<string, string | undefined>
}

export interface TestHub {
  /** `http://127.0.0.1:PORT` */
  url: string
  port: number
  pid: number
  dataDir: string
  /** A token as this hub accepts it. */
  token(userId: string, claims?: TokenClaims): Promise<string>
  /** Lines of the log so far, parsed. */
  log: Record<string, unknown>[]
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
  /** Sends SIGTERM (or the signal), waits for the exit, and removes what is temporary. */
  stop(signal?: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }>
}

export interface TokenClaims {
  name?: string
  role?: Role
  rooms?: Record<string, Right[]>
  /** Default: in an hour. */
  expiresAt?: number
  more?: JWTPayload
}

/** Starts the hub as people do, as a process of its own, and waits until it is ready. */
export async function startHub(options: HubOptions = {}): Promise<TestHub> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'auralink-hub-')))
  const { child, log, output, exited } = runHub({ ...options, dataDir })
  const address = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`the hub was not ready in time:\n${output()}`))
    }, START_MS)
    const { port } = options
    log.watch((line) => {
      if (typeof line.address !== 'string') return
      clearTimeout(timer)
      resolve(`http://127.0.0.1:${port || new URL(line.address).port}`)
    })
    exited.then(() => {
      clearTimeout(timer)
      reject(new Error(`the hub ended at its start:\n${output()}`))
    }, reject)
  })
  return {
    url: address,
    port: Number(new URL(address).port),
    pid: child.pid ?? 0,
    dataDir,
    token: (userId, claims) => signToken(userId, claims),
    log: log.lines,
    exited,
    async stop(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal)
      const end = await exited
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true })
      return end
    },
  }
}

/** Starts the hub without waiting: for starts that are to fail. */
export function runHub({ databaseUrl, dataDir, port = 0, env = {} }: HubOptions) {
  const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', 'server/main.ts'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    // not our own environment: a key in it would change what the hub does
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      PORT: String(port),
      DATA_DIR: dataDir,
      DATABASE_URL: databaseUrl,
      AUTH_SECRET: SECRET,
      ...env,
    },
  })
  const text: string[] = []
  const lines: Record<string, unknown>[] = []
  const watchers = new Set<(line: Record<string, unknown>) => void>()
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) throw new Error('the hub has no output')
    createInterface({ input: stream }).on('line', (line) => {
      text.push(line)
      if (!line.startsWith('{')) return
      const parsed: Record<string, unknown> = JSON.parse(line)
      lines.push(parsed)
      for (const watcher of watchers) watcher(parsed)
    })
  }
  const exited = once(child, 'close').then(
    ([code, signal]: (number | null | NodeJS.Signals)[]) =>
      ({ code, signal }) as Awaited<TestHub['exited']>,
  )
  return {
    child,
    exited,
    output: () => text.join('\n'),
    log: {
      lines,
      watch(watcher: (line: Record<string, unknown>) => void) {
        for (const line of lines) watcher(line)
        watchers.add(watcher)
      },
    },
  }
}

/** Signs claims with the secret of the hubs in tests, or another. */
export function signToken(
  userId: string,
  { name, role, rooms, expiresAt = Date.now() + 3_600_000, more = {} }: TokenClaims = {},
  secret = SECRET,
): Promise<string> {
  return new SignJWT({
    ...(name === undefined ? {} : { name }),
    ...(role === undefined ? {} : { role }),
    ...(rooms === undefined ? {} : { rooms }),
    sub: userId,
    exp: Math.floor(expiresAt / 1000),
    ...more,
  })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(secret))
}
