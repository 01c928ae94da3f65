import { type Database, measureCheckpoints } from '#db'
import type { Ownership, Rooms, Speech } from '#rooms'
import type { Metrics } from './metrics.ts'
import type { Sockets } from './sockets/index.ts'

/** The size of the checkpoints is asked for so often at most, ms: it reads the catalogue of Postgres. */
const CHECKPOINTS_EVERY_MS = 30_000

interface Deps {
  metrics: Metrics
  db: Pick<Database, 'checkpoints'>
  rooms: Pick<Rooms, 'live' | 'load' | 'ready'>
  ownership: Pick<Ownership, 'held'>
  sockets: Pick<Sockets, 'stats'>
  speech: Pick<Speech, 'backlogMs'>
  clock: () => number
}

/** What is not counted as it happens, but looked at when somebody asks for the metrics. */
export function watchGauges({ metrics, db, rooms, ownership, sockets, speech, clock }: Deps): void {
  const { gauge } = metrics
  const sum = (of: 'queued' | 'pending') => () =>
    rooms.load().reduce((total, load) => total + load[of], 0)

  gauge('hub_append_queue', 'Appends that are not durable yet, over all rooms.', sum('queued'))
  gauge(
    'hub_appends_pending',
    'Appends that wait since Postgres is away, over all rooms.',
    sum('pending'),
  )
  gauge(
    'hub_log_lag_seconds',
    'How long the oldest append that is not durable yet waits.',
    () => rooms.load().reduce((most, { lagMs }) => Math.max(most, lagMs), 0) / 1000,
  )
  gauge('hub_lease_held', 'Whether the last heartbeat of the lease of this node succeeded.', () =>
    ownership.held() ? 1 : 0,
  )
  gauge(
    'hub_outbound_queue_bytes',
    'Bytes that wait for readers, over all sockets.',
    () => sockets.stats().queuedBytes,
  )
  gauge(
    'hub_outbound_queue_largest_bytes',
    'Bytes that wait for the slowest reader.',
    () => sockets.stats().largestBytes,
  )
  gauge(
    'hub_connections_lagging',
    'Sockets that are spared ephemeral events, since they read slowly.',
    () => sockets.stats().lagging,
  )
  gauge(
    'hub_speech_backlog_seconds',
    'Sound whose words are not known yet, over all speakers.',
    () => speech.backlogMs() / 1000,
  )
  gauge('hub_cases_open', 'Cases of live rooms that wait for a person.', () =>
    rooms.live().reduce((sum, room) => sum + room.openCases().length, 0),
  )

  let measuredAt = Number.NEGATIVE_INFINITY
  gauge(
    'hub_checkpoint_bytes',
    "What the checkpoints of the agents' graphs take in Postgres, with their indexes.",
    async () => {
      if (!rooms.ready() || clock() - measuredAt < CHECKPOINTS_EVERY_MS) return undefined
      measuredAt = clock()
      // a scrape tells what it can; that Postgres is away, other metrics say
      return measureCheckpoints(db.checkpoints).catch(() => undefined)
    },
  )
}
