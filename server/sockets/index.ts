/**
 * The live side of the wire: Socket.IO on the HTTP server's port. Authenticates connections, runs their
 * commands against rooms, and brings them what rooms signal.
 */
import type { Server as HttpServer } from 'node:http'
import { Server } from 'socket.io'
import type { Agents } from '#agents'
import { CLOSE_CODES } from '#protocol'
import type { Bus, Rooms } from '#rooms'
import type { Auth } from '../auth/index.ts'
import type { Buckets } from '../buckets.ts'
import type { Logger } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import type { Sittings } from '../sittings.ts'
import { createAudioFrames } from './audio.ts'
import { authenticate, type UserConnections } from './authenticate.ts'
import { closeSocket, rawSocket } from './close.ts'
import { createDesks } from './desks.ts'
import { createDispatch } from './dispatch.ts'
import { drainSockets } from './drain.ts'
import { runAt } from './expiry.ts'
import { LAGGING, startFanout } from './fanout.ts'
import { createHandlers } from './handlers/index.ts'
import { isAllowedOrigin } from './origin.ts'
import { OUTBOUND_LIMITS, type Outbound, type OutboundLimits, watchOutbound } from './outbound.ts'
import { createReaders } from './readers.ts'
import type { HubServer, HubSocket } from './types.ts'

/** The largest frame that a client may send. */
const MAX_FRAME_BYTES = 64 * 1024
/** How long a new connection may take to send its token. */
const CONNECT_TIMEOUT_MS = 10_000

export interface SocketsDeps {
  server: HttpServer
  auth: Auth
  rooms: Rooms
  bus: Bus
  agents: Pick<Agents, 'ask' | 'interrupt' | 'review'>
  sittings: Pick<Sittings, 'read' | 'sit'>
  buckets: Buckets
  metrics: Metrics
  log: Logger
  clock: () => number
  random: () => number
  allowedOrigins: readonly string[]
}

/** What waits for readers. */
interface SocketStats {
  open: number
  /** Those that are spared what no log keeps, since they read slowly. */
  lagging: number
  queuedBytes: number
  /** Of the slowest reader. */
  largestBytes: number
}

export interface Sockets {
  stats(): SocketStats
  /** Tells every socket, refuses new ones and new commands; resolves when those under way are acked. */
  drain(): Promise<void>
  /** Closes every connection, so that its client comes back by itself. */
  close(): Promise<void>
}

export function startSockets(
  deps: SocketsDeps,
  outbound: OutboundLimits = OUTBOUND_LIMITS,
): Sockets {
  const { server, auth, rooms, bus, agents, sittings, buckets, metrics, log, clock } = deps
  const io: HubServer = new Server(server, {
    path: '/socket.io',
    transports: ['websocket'],
    maxHttpBufferSize: MAX_FRAME_BYTES,
    connectTimeout: CONNECT_TIMEOUT_MS,
    perMessageDeflate: false,
    serveClient: false,
    allowRequest: ({ headers }, answer) => {
      const allowed = isAllowedOrigin(headers.origin, headers.host, deps.allowedOrigins)
      answer(allowed ? null : 'origin not allowed', allowed)
    },
  })
  const connections: UserConnections = new Map()
  const expiries = new Map<string, () => void>()
  const queues = new Set<Outbound>()
  const readers = createReaders(sittings)
  const desks = createDesks(io)
  const handlers = createHandlers({ rooms, agents, auth, readers, sittings, desks, watchExpiry })
  const audio = createAudioFrames({
    buckets,
    metrics,
    tooMuch: (socket) => close(socket, 'tooLarge'),
  })
  const dispatch = createDispatch({ audio, handlers, buckets, metrics, log, clock })
  const stopFanout = startFanout({ io, bus, readers, desks, metrics })
  const close = (socket: HubSocket, why: Parameters<typeof closeSocket>[1]) => {
    metrics.closed.inc({ code: CLOSE_CODES[why] })
    closeSocket(socket, why)
  }
  let draining = false

  io.use(authenticate({ auth, connections, isDraining: () => draining, log }))
  io.on('connection', (socket) => {
    const { userId } = socket.data.session.connection.principal
    connections.set(userId, (connections.get(userId) ?? 0) + 1)
    metrics.connections.inc()
    watchExpiry(socket)
    const queue = watchOutbound(socket, outbound, {
      sent: (bytes) => metrics.outboundBytes.inc(bytes),
      lagging: (lagging) => (lagging ? socket.join(LAGGING) : socket.leave(LAGGING)),
      overflow: () => close(socket, 'slowConsumer'),
    })
    queues.add(queue)
    socket.onAny((event: unknown, ...args: unknown[]) => dispatch.receive(socket, event, args))
    socket.on('disconnect', () => {
      const rest = (connections.get(userId) ?? 1) - 1
      if (rest > 0) connections.set(userId, rest)
      else connections.delete(userId)
      metrics.connections.dec()
      queues.delete(queue)
      expiries.get(socket.id)?.()
      expiries.delete(socket.id)
      for (const room of readers.rooms(socket)) {
        readers.remove(room, socket)
        room.leave(socket.id)
      }
    })
  })

  return {
    stats() {
      const waiting = [...queues].map((queue) => queue.waitingBytes())
      return {
        open: queues.size,
        lagging: io.of('/').adapter.rooms.get(LAGGING)?.size ?? 0,
        queuedBytes: waiting.reduce((sum, bytes) => sum + bytes, 0),
        largestBytes: waiting.reduce((most, bytes) => Math.max(most, bytes), 0),
      }
    },
    async drain() {
      draining = true
      drainSockets(io, { clock, random: deps.random })
      await dispatch.drain()
    },
    async close() {
      const gone = [...io.of('/').sockets.values()].map((socket) => {
        const disconnected = new Promise<void>((resolve) => {
          socket.once('disconnect', () => resolve())
        })
        close(socket, 'draining')
        return disconnected
      })
      await Promise.race([Promise.all(gone), new Promise((r) => setTimeout(r, 1_000).unref())])
      // who does not answer the closing handshake is cut
      for (const socket of io.of('/').sockets.values()) rawSocket(socket).terminate()
      stopFanout()
      io.engine.close()
    },
  }

  function watchExpiry(socket: HubSocket): void {
    expiries.get(socket.id)?.()
    const { expiresAt } = socket.data.session.connection.principal
    expiries.set(
      socket.id,
      runAt(expiresAt, clock, () => close(socket, 'tokenExpired')),
    )
  }
}
