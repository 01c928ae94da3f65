import type { Operations } from '#protocol'
import { count } from '../app/format.ts'
import { sayDuration } from '../app/say.ts'
import { Badge, EmptyState } from '../ui/index.ts'

/** From here on people notice that a room is behind, ms. */
const BEHIND_MS = 1_000

/** Live rooms and what their logs wait for. No links: an admin may not read what is said in them. */
export function Rooms({ rooms, total }: { rooms: Operations['rooms']; total: number }) {
  if (total === 0)
    return (
      <EmptyState icon="rooms" title="No room is live on this node">
        <p>A room is here from when somebody enters it until it has closed.</p>
      </EmptyState>
    )
  return (
    <section class="panel ops-section" aria-labelledby="rooms">
      <header>
        <h2 id="rooms">Rooms</h2>
        <p class="soft small">
          {total > rooms.length
            ? `The ${count(rooms.length)} furthest behind, of ${count(total)}.`
            : 'Those furthest behind come first.'}
        </p>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by the keyboard */}
      <section class="ops-scroll" aria-label="Table of rooms" tabIndex={0}>
        <table class="ops-table">
          <thead>
            <tr>
              <th scope="col">Room</th>
              <th scope="col">State</th>
              <th scope="col">People</th>
              <th scope="col">Events</th>
              <th scope="col">Under way</th>
              <th scope="col">Wait for Postgres</th>
              <th scope="col">Lag</th>
            </tr>
          </thead>
          <tbody>
            {rooms.map((room) => (
              <Row key={room.name} {...room} />
            ))}
          </tbody>
        </table>
      </section>
    </section>
  )
}

function Row(room: Operations['rooms'][number]) {
  return (
    <tr>
      <th scope="row">
        <bdi>{room.name}</bdi>
      </th>
      <td>
        <State {...room} />
      </td>
      <td>{count(room.people)}</td>
      <td>{count(room.seq)}</td>
      <td>{count(room.queue_depth)}</td>
      <td>{count(room.pending)}</td>
      <td>{sayDuration(room.lag_ms)}</td>
    </tr>
  )
}

function State({ status, pending, lag_ms }: Operations['rooms'][number]) {
  if (pending > 0) return <Badge tone="bad">degraded</Badge>
  if (lag_ms >= BEHIND_MS) return <Badge tone="warn">behind</Badge>
  return <Badge tone={status === 'open' ? 'good' : 'neutral'}>{status}</Badge>
}
