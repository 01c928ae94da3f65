import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { JobStatus, ServerMessage, WorkerMessage, WorkerStatus } from '@livekit/protocol'
import pino from 'pino'
import { afterEach, expect, test } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { systemClock } from '../clock.ts'
import { createTrouble } from './trouble.ts'
import { type Answer, createWorker, type WorkerDeps } from './worker.ts'

/** The protocol's other side, spoken at the wire: for what no real server does on demand. */
const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

async function listen(refuses?: number) {
  const server = new WebSocketServer({
    ...{ port: 0, host: '127.0.0.1' },
    verifyClient: (_, done) => (refuses ? done(false, refuses) : done(true)),
  })
  await once(server, 'listening')
  ends.push(() => {
    for (const client of server.clients) client.terminate()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { server, url: `ws://127.0.0.1:${port}` }
}

/** A connected worker, as the server sees it. */
interface Peer {
  socket: WebSocket
  path: string | undefined
  send(message: ServerMessage['message']): void
  /** The next message of this kind. */
  next(kind: string): Promise<WorkerMessage['message']['value']>
}

function peerOf(socket: WebSocket, path: string | undefined): Peer {
  const got: WorkerMessage['message'][] = []
  const waiting = new Set<() => void>()
  socket.on('message', (data: Buffer) => {
    got.push(WorkerMessage.fromBinary(data).message)
    for (const look of waiting) look()
  })
  return {
    ...{ socket, path },
    send: (message) => socket.send(new ServerMessage({ message }).toBinary()),
    next: (kind) =>
      new Promise((resolve) => {
        const look = () => {
          const index = got.findIndex((message) => message.case === kind)
          if (index === -1) return
          waiting.delete(look)
          resolve(got.splice(index, 1)[0]?.value)
        }
        waiting.add(look)
        look()
      }),
  }
}

function start(url: string, deps: Partial<WorkerDeps> = {}) {
  const lines: string[] = []
  const log = pino({}, { write: (line: string) => lines.push(line) })
  const worker = createWorker(
    {
      livekit: { url, apiKey: 'key', apiSecret: 'a secret that is told to nobody' },
      clock: systemClock,
      trouble: createTrouble(log, url),
      load: () => ({ load: 0.5, jobs: 3, full: false }),
      offered: async () => ({ kind: 'no' }),
      assigned() {},
      terminated() {},
      registered() {},
      lost() {},
      ...deps,
    },
    'aura',
  )
  worker.start()
  ends.push(() => worker.stop())
  return { worker, lines }
}

const welcome = (peer: Peer) => peer.send({ case: 'register', value: registered })
const registered = new ServerMessage({ message: { case: 'register', value: { workerId: 'AW_1' } } })
  .message.value as never

test('it registers under its name, tells its load, and answers what it is offered', async () => {
  const { server, url } = await listen()
  const answers: Record<string, Answer> = {
    take: { kind: 'take', identity: 'aura-RM_1', name: 'Aura' },
    done: { kind: 'done' },
    no: { kind: 'no' },
  }
  const connection = once(server, 'connection')
  const { worker } = start(`${url}/livekit/`, {
    offered: async ({ id }) => answers[id] ?? { kind: 'no' },
  })
  const [socket, request] = await connection
  const peer = peerOf(socket, request.url)
  expect(peer.path).toBe('/livekit/agent?protocol=1')
  expect(await peer.next('register')).toMatchObject({ agentName: 'aura' })
  welcome(peer)
  expect(await peer.next('updateWorker')).toMatchObject({
    ...{ load: 0.5, jobCount: 3, status: WorkerStatus.WS_AVAILABLE },
  })

  // what is no message, and a job without a room, cost nothing else
  socket.send('nonsense')
  const offer = (id: string) =>
    new ServerMessage({
      message: {
        case: 'availability',
        value: { job: { id, room: { name: 'r', sid: 'RM_1' } } },
      },
    }).message
  peer.send(
    new ServerMessage({ message: { case: 'availability', value: { job: { id: 'x' } } } }).message,
  )
  for (const id of Object.keys(answers)) peer.send(offer(id))
  expect(await peer.next('availability')).toMatchObject({
    ...{ jobId: 'take', available: true, participantIdentity: 'aura-RM_1', terminate: false },
  })
  expect(await peer.next('availability')).toMatchObject({ jobId: 'done', terminate: true })
  expect(await peer.next('availability')).toMatchObject({
    ...{ jobId: 'no', available: false, terminate: false },
  })
  worker.report('take', 'running')
  worker.report('take', 'failed', 'why')
  expect(await peer.next('updateJob')).toMatchObject({ status: JobStatus.JS_RUNNING })
  expect(await peer.next('updateJob')).toMatchObject({ status: JobStatus.JS_FAILED, error: 'why' })

  // what is reported last arrives before the end
  worker.report('done', 'success')
  const closed = once(socket, 'close')
  await worker.stop()
  expect(await peer.next('updateJob')).toMatchObject({ status: JobStatus.JS_SUCCESS })
  expect((await closed)[0]).toBe(1000)
})

test('cut off, it comes back by itself, and says that its jobs are forgotten', async () => {
  const { server, url } = await listen()
  let lost = 0
  start(url, { lost: () => lost++ })
  for (let times = 0; times < 3; times++) {
    const [socket] = await once(server, 'connection')
    const peer = peerOf(socket, undefined)
    await peer.next('register')
    welcome(peer)
    await peer.next('updateWorker')
    expect(lost).toBe(times)
    socket.terminate()
  }
})

test.each([
  [401, /refuses the hub: LIVEKIT_API_KEY and LIVEKIT_API_SECRET/],
  [404, /no LiveKit server at .*LIVEKIT_URL/],
  [502, /status 502/],
])('refused with %i, it says what to do, once, and tries again', async (status, words) => {
  const { server, url } = await listen(status)
  let tries = 0
  const enough = new Promise<void>((resolve) => {
    server.on('wsClientError', () => {})
    // each attempt is refused while it is upgraded
    const upgrade = server.options.verifyClient
    server.options.verifyClient = (info, done) => {
      if (++tries === 3) resolve()
      ;(upgrade as (info: unknown, done: unknown) => void)(info, done)
    }
  })
  const { lines } = start(url)
  await enough
  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatch(words)
  expect(lines[0]).not.toContain('told to nobody')
})
