import type { Operations } from '#protocol'
import { bytes, count } from '../app/format.ts'
import { sayDuration, sayMinutes } from '../app/say.ts'

/** The node in a few numbers, each with how it went while the page was looked at. */
export function Vitals({ history }: { history: readonly Operations[] }) {
  const now = history.at(-1)
  if (now === undefined) return null
  const { event_loop, memory, sockets, outbound, rooms_total } = now
  const over = (of: (then: Operations) => number) => history.map(of)
  return (
    <dl class="ops-vitals">
      <Vital
        name="Event loop, p99"
        value={sayDuration(event_loop.p99_ms)}
        more={`${sayDuration(event_loop.max_ms)} at most`}
        line={over((then) => then.event_loop.p99_ms)}
      />
      <Vital
        name="Log lag"
        value={sayDuration(lagOf(now))}
        more={`${count(now.rooms.reduce((sum, room) => sum + room.queue_depth, 0))} under way`}
        line={over(lagOf)}
      />
      <Vital
        name="Reader queues"
        value={bytes(outbound.queued_bytes)}
        more={`${bytes(outbound.largest_bytes)} for the slowest`}
        line={over((then) => then.outbound.queued_bytes)}
      />
      <Vital
        name="Memory"
        value={bytes(memory.rss_bytes)}
        more={`${bytes(memory.heap_used_bytes)} heap`}
        line={over((then) => then.memory.rss_bytes)}
      />
      <Vital
        name="Sockets"
        value={count(sockets.open)}
        more={`${count(sockets.lagging)} read slowly`}
        line={over((then) => then.sockets.open)}
      />
      <Vital
        name="Live rooms"
        value={count(rooms_total)}
        more={`up for ${sayMinutes(now.uptime_ms / 60_000)}`}
        line={over((then) => then.rooms_total)}
      />
    </dl>
  )
}

/** Of the room that is furthest behind: they come sorted so. */
function lagOf({ rooms }: Operations): number {
  return rooms[0]?.lag_ms ?? 0
}

function Vital(props: { name: string; value: string; more: string; line: number[] }) {
  return (
    <div class="panel ops-vital">
      <dt>{props.name}</dt>
      <dd>
        <span class="ops-value">{props.value}</span>
        <span class="soft small">{props.more}</span>
        <Line values={props.line} />
      </dd>
    </div>
  )
}

const POINTS = 60

/** How a value went, from 0 to its highest: the newest at the right. */
function Line({ values }: { values: number[] }) {
  const top = Math.max(...values, 1e-9)
  const points = values.map((value, i) => {
    const x = ((POINTS - values.length + i) / (POINTS - 1)) * 100
    return `${x.toFixed(1)},${(23 - (value / top) * 21).toFixed(1)}`
  })
  return (
    <svg class="ops-line" viewBox="0 0 100 24" preserveAspectRatio="none" aria-hidden="true">
      <polyline points={points.join(' ')} vector-effect="non-scaling-stroke" />
    </svg>
  )
}
