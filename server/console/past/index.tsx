import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { RoomView } from '#protocol'
import { usePages } from '../app/pages.ts'
import { hrefOf } from '../app/route.ts'
import { sayMinutes } from '../app/say.ts'
import { Button, EmptyState, ErrorNote, Icon, Moment, Spinner } from '../ui/index.ts'

/** So long after the last key the hub is asked, ms. */
const PAUSE_MS = 200

/** Rooms that are closed: each opens as its record. */
export function PastPage() {
  const wanted = useSignal('')
  /** What is searched for: what is typed, after a pause. */
  const name = useSignal('')
  useEffect(() => {
    const timer = setTimeout(() => (name.value = wanted.value.trim()), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [wanted.value])
  const query = new URLSearchParams({
    ...{ status: 'closed' },
    ...(name.value === '' ? {} : { name: name.value }),
  })
  const { items, error, busy, more, refresh } = usePages<RoomView>(`/rooms?${query}`)

  const found = items.value
  const searching = name.value !== ''
  return (
    <div class="page">
      <header class="page-head">
        <div>
          <h1>Past rooms</h1>
          <p class="soft">Each keeps its record: transcript, summary, cases.</p>
        </div>
        <search class="past-search">
          <Icon name="search" />
          <input
            type="search"
            aria-label="Search past rooms by name"
            placeholder="Search by name"
            value={wanted.value}
            onInput={(event) => {
              wanted.value = event.currentTarget.value
            }}
          />
        </search>
      </header>
      <ErrorNote error={error.value} retry={refresh} />
      {found === undefined && error.value === undefined && <Spinner label="Fetching the rooms …" />}
      <p class="sr-only" role="status">
        {found && searching ? `${found.length} found` : ''}
      </p>
      {found?.length === 0 && (
        <EmptyState
          icon={searching ? 'search' : 'clock'}
          title={searching ? 'No past room has this in its name' : 'No room has closed yet'}
        >
          {!searching && (
            <p>
              A room closes by itself when it has been empty for a while. Its record stays here.
            </p>
          )}
        </EmptyState>
      )}
      {found && found.length > 0 && (
        <div class="panel past-table">
          <table>
            <thead>
              <tr>
                <th scope="col">Room</th>
                <th scope="col">Closed</th>
                <th scope="col">Open for</th>
                <th scope="col">Events</th>
              </tr>
            </thead>
            <tbody>
              {found.map((room) => (
                <Row key={room.name} room={room} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {more && (
        <Button class="more" busy={busy.value} onClick={more}>
          Show more
        </Button>
      )}
    </div>
  )
}

function Row({ room }: { room: RoomView }) {
  const { name, opened_at, closed_at = opened_at, seq } = room
  return (
    <tr>
      <th scope="row">
        <a href={hrefOf({ page: 'room', name })}>
          <bdi>{name}</bdi>
        </a>
      </th>
      <td>
        <Moment at={closed_at} />
      </td>
      <td>{sayMinutes((closed_at - opened_at) / 60_000)}</td>
      <td>{seq}</td>
    </tr>
  )
}
