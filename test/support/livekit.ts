import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { decodeJwt, SignJWT } from 'jose'
import { AccessToken, type VideoGrant } from 'livekit-server-sdk'
import { cached } from './cached.ts'
import { freePort } from './free-port.ts'

const run = promisify(execFile)
/** The newest that Go alone builds. */
const VERSION = 'v1.11.0'
const BUILD_MS = 600_000
const START_MS = 30_000

/** A real LiveKit server on this machine's loopback. */
export interface LiveKitServer {
  /** `ws://127.0.0.1:PORT` */
  url: string
  apiKey: string
  apiSecret: string
  readonly pid: number
  /** What a hub needs to know of it. */
  env: Record<'LIVEKIT_URL' | 'LIVEKIT_API_KEY' | 'LIVEKIT_API_SECRET', string>
  /** An access token as an application makes one for its users. */
  token(room: string, identity: string, options?: TokenOptions): Promise<string>
  /** Kills it, for `up`: asked to end, it waits for its connections. */
  down(): Promise<void>
  /** Starts it again on the same ports; it remembers nothing. */
  up(): Promise<void>
  stop(): Promise<void>
}

interface TokenOptions {
  name?: string
  grant?: VideoGrant
  attributes?: Record<string, string>
  /** Agents that the token asks for. */
  agents?: { agentName: string; metadata?: string }[]
}

export interface LiveKitOptions {
  /** Told of everything that happens, signed with the server's key. */
  webhookUrl?: string
}

const apiKey = 'devkey'
const apiSecret = 'the-secret-of-livekit-in-tests-0123456789'

/** Starts a LiveKit server of its own; the program is built once, by Go. */
export async function startLiveKit({ webhookUrl }: LiveKitOptions = {}): Promise<LiveKitServer> {
  const program = await livekitServer()
  const port = await freePort()
  const url = `ws://127.0.0.1:${port}`
  const config = JSON.stringify({
    port,
    bind_addresses: ['127.0.0.1'],
    keys: { [apiKey]: apiSecret },
    rtc: {
      tcp_port: await freePort(),
      udp_port: await freePort(),
      use_external_ip: false,
      node_ip: '127.0.0.1',
    },
    // no room stays because somebody might come back
    room: { empty_timeout: 5, departure_timeout: 5 },
    logging: { level: 'warn' },
    ...(webhookUrl === undefined ? {} : { webhook: { api_key: apiKey, urls: [webhookUrl] } }),
  })
  let child = await start()
  return {
    url,
    apiKey,
    apiSecret,
    get pid() {
      return child.pid ?? 0
    },
    env: { LIVEKIT_URL: url, LIVEKIT_API_KEY: apiKey, LIVEKIT_API_SECRET: apiSecret },
    async token(room, identity, { name, grant = {}, attributes, agents } = {}) {
      const token = new AccessToken(apiKey, apiSecret, {
        identity,
        ttl: '1h',
        ...(name === undefined ? {} : { name }),
        ...(attributes === undefined ? {} : { attributes }),
      })
      token.addGrant({ roomJoin: true, room, canPublish: true, canSubscribe: true, ...grant })
      const jwt = await token.toJwt()
      if (!agents) return jwt
      // not by the SDK: it writes fields that this server refuses
      return new SignJWT({ ...decodeJwt(jwt), roomConfig: { agents } })
        .setProtectedHeader({ alg: 'HS256' })
        .sign(new TextEncoder().encode(apiSecret))
    },
    down,
    async up() {
      child = await start()
    },
    stop: down,
  }

  async function start(): Promise<ChildProcess> {
    const started = spawn(program, ['--config-body', config], { stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    for (const stream of [started.stdout, started.stderr])
      stream.on('data', (text: Buffer) => {
        said = `${said}${text}`.slice(-4_000)
      })
    const exited = once(started, 'exit')
    const until = Date.now() + START_MS
    while (!(await answers(port))) {
      if (started.exitCode !== null || Date.now() > until) {
        started.kill('SIGKILL')
        throw new Error(`the LiveKit server did not start:\n${said}`)
      }
      await Promise.race([exited, new Promise((resolve) => setTimeout(resolve, 50))])
    }
    return started
  }

  async function down(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }
}

/** The program, built once on each machine. Go is needed for it. */
export async function livekitServer(): Promise<string> {
  const folder = await cached(`livekit-server-${VERSION}`, async (to) => {
    const home = await mkdtemp(join(tmpdir(), 'auralink-livekit-'))
    try {
      await run('go', ['install', `github.com/livekit/livekit-server/cmd/server@${VERSION}`], {
        env: { ...process.env, GOBIN: home, GOFLAGS: '' },
        timeout: BUILD_MS,
      }).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT')
          throw new Error('This test needs a LiveKit server, and Go 1.25 or newer to build it.')
        throw error
      })
      // not `rename`: the temporary folder may be on another disk
      await copyFile(join(home, 'server'), join(to, 'livekit-server'))
    } finally {
      await rm(home, { recursive: true, force: true })
    }
  })
  return join(folder, 'livekit-server')
}

async function answers(port: number): Promise<boolean> {
  // a server that begins may take a connection and say nothing
  return fetch(`http://127.0.0.1:${port}`, { signal: AbortSignal.timeout(1_000) }).then(
    (response) => response.ok,
    () => false,
  )
}
