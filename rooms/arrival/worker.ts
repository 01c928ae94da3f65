import { JobStatus, JobType, ServerMessage, WorkerMessage, WorkerStatus } from '@livekit/protocol'
import { AccessToken } from 'livekit-server-sdk'
import { type RawData, WebSocket } from 'ws'
import type { Clock } from '../clock.ts'
import type { LiveKitAccess } from '../media/livekit/types.ts'
import type { Trouble } from './trouble.ts'
import type { LiveKitRoom } from './types.ts'

/** A job that LiveKit offers. */
export interface Job {
  id: string
  dispatchId: string
  room: LiveKitRoom
}

export type Answer =
  /** The node takes it, and will be in the room under this identity. */
  | { kind: 'take'; identity: string; name: string }
  /** There is nothing to do, so that it is done. */
  | { kind: 'done' }
  /** Another node may take it. */
  | { kind: 'no' }

export interface WorkerDeps {
  livekit: LiveKitAccess
  clock: Clock
  trouble: Trouble
  /** Rooms that the node is in, as a part of those that it may be in; `full`: it takes no more. */
  load(): { load: number; jobs: number; full: boolean }
  offered(job: Job): Promise<Answer>
  assigned(job: Job): void
  terminated(jobId: string): void
  /** It can be told of jobs, from now on or again: what was opened meanwhile it was not told of. */
  registered(): void
  /** LiveKit has forgotten its jobs. */
  lost(): void
}

/** How often the server is asked whether it is there, ms, and after how long without a word it is not. */
const PING_MS = 5_000
const SILENCE_MS = 15_000
const FIRST_RETRY_MS = 250
const LAST_RETRY_MS = 3_000
/** How long a farewell may take, ms. */
const FAREWELL_MS = 250

type Message = Exclude<
  NonNullable<ConstructorParameters<typeof WorkerMessage>[0]>['message'],
  undefined
>

/** A registration of this node as a LiveKit agent worker under one name; '' is told of every room. */
export function createWorker(deps: WorkerDeps, agentName: string) {
  const { livekit, clock, trouble } = deps
  const who = `worker:${agentName}`
  let socket: WebSocket | undefined
  let registered = false
  let stopped = false
  let retries = 0
  let heardAt = 0
  let cancel = () => {}

  async function connect() {
    const token = new AccessToken(livekit.apiKey, livekit.apiSecret, { ttl: '1h' })
    token.addGrant({ agent: true })
    const headers = { authorization: `Bearer ${await token.toJwt()}` }
    if (stopped) return
    const ws = new WebSocket(addressOf(livekit.url), { headers, handshakeTimeout: SILENCE_MS })
    socket = ws
    heardAt = clock.now()
    ws.on('open', () => {
      send({
        case: 'register',
        value: { type: JobType.JT_ROOM, agentName, version: '1', pingInterval: PING_MS / 1000 },
      })
      cancel = clock.after(PING_MS, ping)
    })
    ws.on('message', (data) => {
      heardAt = clock.now()
      // one message that is none costs this message alone
      const message = read(data)
      if (message) take(message)
    })
    ws.on('ping', () => {
      heardAt = clock.now()
    })
    let refused = false
    ws.on('unexpected-response', (_, response) => {
      refused = true
      trouble.met(who, { status: response.statusCode })
      ws.terminate()
    })
    ws.on('error', (error) => {
      // of a refusal, too, it says that it was closed too early
      if (!stopped && !refused) trouble.met(who, error)
    })
    ws.on('close', () => {
      if (socket === ws) gone()
    })
  }

  function gone() {
    socket = undefined
    cancel()
    if (registered) deps.lost()
    registered = false
    if (stopped) return
    const wait = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** retries++)
    cancel = clock.after(wait, start)
  }

  function start() {
    connect().catch((error) => {
      trouble.met(who, error)
      gone()
    })
  }

  function ping() {
    if (clock.now() - heardAt > SILENCE_MS) {
      socket?.terminate()
      return
    }
    send({ case: 'ping', value: { timestamp: BigInt(clock.now()) } })
    cancel = clock.after(PING_MS, ping)
  }

  function take({ message }: ServerMessage) {
    switch (message.case) {
      case 'register':
        registered = true
        retries = 0
        trouble.over(who)
        update()
        deps.registered()
        return
      case 'availability': {
        const job = jobOf(message.value.job)
        if (job) void answer(job)
        return
      }
      case 'assignment': {
        const job = jobOf(message.value.job)
        if (job) deps.assigned(job)
        return
      }
      case 'termination':
        deps.terminated(message.value.jobId)
        return
    }
  }

  async function answer(job: Job) {
    const is = await deps.offered(job)
    send({
      case: 'availability',
      value: {
        jobId: job.id,
        available: is.kind === 'take',
        terminate: is.kind === 'done',
        ...(is.kind === 'take'
          ? { participantIdentity: is.identity, participantName: is.name }
          : {}),
      },
    })
  }

  function update() {
    const { load, jobs, full } = deps.load()
    const status = full ? WorkerStatus.WS_FULL : WorkerStatus.WS_AVAILABLE
    send({ case: 'updateWorker', value: { status, load: full ? 1 : load, jobCount: jobs } })
  }

  function send(message: Message) {
    if (socket?.readyState === WebSocket.OPEN)
      socket.send(new WorkerMessage({ message }).toBinary())
  }

  return {
    start,
    registered: () => registered,
    /** The load has changed. */
    update() {
      if (registered) update()
    },
    report(jobId: string, status: 'running' | 'success' | 'failed', error = '') {
      send({ case: 'updateJob', value: { jobId, status: STATUS[status], error } })
    },
    /** Tells what is left to tell, and ends. */
    async stop(): Promise<void> {
      stopped = true
      cancel()
      const ws = socket
      if (!ws || ws.readyState === WebSocket.CLOSED) return
      await new Promise<void>((resolve) => {
        ws.once('close', () => resolve())
        clock.after(FAREWELL_MS, () => {
          ws.terminate()
          resolve()
        })
        if (ws.readyState === WebSocket.OPEN) ws.close(1000)
        else ws.terminate()
      })
    },
  }
}

export type Worker = ReturnType<typeof createWorker>

const STATUS = {
  running: JobStatus.JS_RUNNING,
  success: JobStatus.JS_SUCCESS,
  failed: JobStatus.JS_FAILED,
}

function addressOf(url: string): URL {
  const address = new URL(url.replace(/^http/, 'ws'))
  address.pathname = `${address.pathname.replace(/\/$/, '')}/agent`
  address.search = '?protocol=1'
  return address
}

function read(data: RawData): ServerMessage | undefined {
  try {
    if (Array.isArray(data)) return ServerMessage.fromBinary(Buffer.concat(data))
    return ServerMessage.fromBinary(data instanceof ArrayBuffer ? new Uint8Array(data) : data)
  } catch {
    return undefined
  }
}

function jobOf(
  job: { id: string; dispatchId: string; room?: { name: string; sid: string } } | undefined,
): Job | undefined {
  if (!job?.room) return undefined
  const { id, dispatchId, room } = job
  return { id, dispatchId, room: { name: room.name, sid: room.sid } }
}
