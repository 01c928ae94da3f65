import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Agents } from '#agents'
import type { Database } from '#db'
import type { Operations, Principal } from '#protocol'
import type { Rooms } from '#rooms'
import type { Arrival } from '#rooms/arrival'
import type { Recordings } from '#rooms/recording'
import type { Activity } from '../activity.ts'
import type { Auth } from '../auth/index.ts'
import type { Buckets } from '../buckets.ts'
import type { Logger } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import type { Privacy } from '../privacy/index.ts'
import type { SamplePlayer } from '../sample/index.ts'
import type { Sittings } from '../sittings.ts'

/** The Fastify instance with zod schemas. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>

export interface HttpDeps {
  db: Database
  rooms: Rooms
  agents: Pick<Agents, 'list' | 'configure' | 'review'>
  auth: Auth
  buckets: Buckets
  recordings: Pick<Recordings, 'read' | 'remove'>
  sample: Pick<SamplePlayer, 'start'>
  sittings: Pick<Sittings, 'read'>
  privacy: Pick<Privacy, 'requestExport' | 'openArchive' | 'removeExport' | 'requestErasure'>
  /** Absent where no LiveKit server is configured. */
  arrival: Arrival | undefined
  metrics: Metrics
  activity: Activity
  /** What goes on in this node. */
  operations: () => Operations
  log: Logger
  clock: () => number
  nextId: () => string
  /** Whether the hub has begun to stop. */
  isDraining: () => boolean
  /** Where browsers reach LiveKit. */
  livekitUrl?: string
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Of a verified token: set for every route under /api/v1 but the documents. */
    principal: Principal
  }
  interface FastifyContextConfig {
    /** The route makes something, and takes an `Idempotency-Key`. */
    idempotent?: boolean
    /** Needs no token. */
    open?: boolean
  }
}
