import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/**
 * What the hub counts. Labels never hold what users made up (rooms, names, ids): these are personal
 * data, and unbounded.
 */
export function createMetrics() {
  const register = new Registry()
  const registers = [register]
  // among them the delay of the event loop, memory and file descriptors
  collectDefaultMetrics({ register })
  return {
    register,
    connections: new Gauge({
      name: 'hub_connections',
      help: 'Open sockets.',
      registers,
    }),
    rooms: new Gauge({ name: 'hub_rooms', help: 'Live rooms on this node.', registers }),
    events: new Counter({
      name: 'hub_events_total',
      help: 'Events that rooms gave out, by kind: durable, ephemeral or pending.',
      labelNames: ['kind'],
      registers,
    }),
    commands: new Histogram({
      name: 'hub_command_seconds',
      help: 'Commands of sockets by name and outcome (ok or the error code), until the ack.',
      labelNames: ['command', 'outcome'],
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
      registers,
    }),
    commits: new Histogram({
      name: 'hub_commit_seconds',
      help: 'Commits of events to Postgres, from the first attempt on.',
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
      registers,
    }),
    appends: new Counter({
      name: 'hub_appends_total',
      help: 'Appends that commits held: over the number of commits, how well they are grouped.',
      registers,
    }),
    outboundBytes: new Counter({
      name: 'hub_outbound_bytes_total',
      help: 'Bytes handed to sockets.',
      registers,
    }),
    closed: new Counter({
      name: 'hub_closed_total',
      help: 'Sockets that the hub closed, by close code.',
      labelNames: ['code'],
      registers,
    }),
    requests: new Histogram({
      name: 'hub_request_seconds',
      help: 'HTTP requests by method, route and status.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
      registers,
    }),
  }
}

export type Metrics = ReturnType<typeof createMetrics>
