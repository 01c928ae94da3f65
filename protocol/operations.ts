import { z } from 'zod'

const ms = z.number().int().nonnegative()
const count = z.number().int().nonnegative()
const duration = z.number().nonnegative()

/** What goes on in a node: numbers and names of rooms, no words. */
export const Operations = z.object({
  node: z.string(),
  at: ms,
  uptime_ms: ms,
  ready: z.boolean().describe('its database answers and it holds its lease'),
  event_loop: z
    .object({ p50_ms: duration, p99_ms: duration, max_ms: duration })
    .describe('how late it was of late'),
  memory: z.object({
    rss_bytes: count,
    heap_used_bytes: count,
    heap_total_bytes: count,
    external_bytes: count,
  }),
  sockets: z.object({ open: count, lagging: count.describe('spared ephemeral events') }),
  outbound: z.object({
    queued_bytes: count.describe('what waits for all readers'),
    largest_bytes: count.describe('what waits for the slowest one'),
  }),
  rooms_total: count,
  rooms: z
    .array(
      z.object({
        name: z.string(),
        status: z.enum(['open', 'closed']),
        people: count,
        seq: count,
        pending: count.describe('appends that wait since Postgres is away'),
        queue_depth: count.describe('appends that are not durable yet'),
        lag_ms: ms.describe('how long the oldest of them waits'),
      }),
    )
    .describe('live rooms, those furthest behind first, at most 500'),
  stages: z
    .array(
      z.object({
        stage: z.string(),
        count: count.describe('since the start'),
        p50_ms: duration,
        p99_ms: duration,
        max_ms: duration,
      }),
    )
    .describe('how long each stage took, over its newest 1,024 times'),
})
export type Operations = z.infer<typeof Operations>
