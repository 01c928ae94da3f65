import type { Operations } from '#protocol'
import type { Rooms } from '#rooms'
import type { LoopDelay } from './loop-delay.ts'
import type { Metrics } from './metrics.ts'
import type { Sockets } from './sockets/index.ts'

/** Rooms told of at once: those whose logs are furthest behind come first. */
const MAX_ROOMS = 500

interface Deps {
  /** Of the node. */
  id: string
  startedAt: number
  clock: () => number
  rooms: Pick<Rooms, 'load' | 'ready'>
  metrics: Pick<Metrics, 'stages'>
  sockets: Pick<Sockets, 'stats'>
  loopDelay: () => LoopDelay
}

/** What goes on in this node, in numbers and names of rooms: for admins, who see no words. */
export function readOperations(deps: Deps): Operations {
  const { rooms, clock } = deps
  const load = rooms.load()
  const { rss, heapUsed, heapTotal, external } = process.memoryUsage()
  const { open, lagging, queuedBytes, largestBytes } = deps.sockets.stats()
  return {
    node: deps.id,
    at: clock(),
    uptime_ms: clock() - deps.startedAt,
    ready: rooms.ready(),
    event_loop: deps.loopDelay(),
    memory: {
      rss_bytes: rss,
      heap_used_bytes: heapUsed,
      heap_total_bytes: heapTotal,
      external_bytes: external,
    },
    sockets: { open, lagging },
    outbound: { queued_bytes: queuedBytes, largest_bytes: largestBytes },
    rooms_total: load.length,
    rooms: load
      .sort((a, b) => b.lagMs - a.lagMs || b.queued - a.queued)
      .slice(0, MAX_ROOMS)
      .map(({ room, queued, pending, lagMs }) => ({
        name: room.name,
        status: room.status,
        people: room.participants().filter(({ kind }) => kind === 'person').length,
        seq: room.head,
        pending,
        queue_depth: queued,
        lag_ms: Math.round(lagMs),
      })),
    stages: deps.metrics.stages.times(),
  }
}
