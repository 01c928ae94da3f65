import { useEffect } from 'preact/hooks'
import type { Page, RoomView } from '#protocol'
import { useApp } from '../app/context.ts'
import { useFetched } from '../app/fetched.ts'
import type { Desk } from '../desk/store.ts'
import { EmptyState, ErrorNote, Spinner, useNow } from '../ui/index.ts'
import { OpenRoom } from './open-room.tsx'
import { ranked } from './ranked.ts'
import { RoomCard } from './room-card.tsx'
import { PlaySample } from './sample.tsx'
import './home.css'

const EVERY_MS = 3_000
/** Several events at once are one reason to ask again, ms. */
const GATHER_MS = 250

/** The first screen: the rooms that are live now. */
export function HomePage({ desk }: { desk: Desk }) {
  const { session } = useApp()
  const now = useNow(30_000)
  const { value, error, refresh } = useFetched(
    (signal) => session.rest<Page<RoomView>>('/rooms?status=open&limit=100', { signal }),
    { everyMs: EVERY_MS },
  )
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const off = desk.onEvent(({ type }) => {
      if (!type.startsWith('moderation.') && !type.startsWith('room.')) return
      timer ??= setTimeout(() => {
        timer = undefined
        refresh()
      }, GATHER_MS)
    })
    return () => {
      off()
      clearTimeout(timer)
    }
  }, [desk, refresh])

  const rooms = value.value?.items
  const empty = rooms?.length === 0
  return (
    <div class="page">
      <header class="page-head">
        <div>
          <h1>Rooms</h1>
          <p class="soft">
            {rooms && !empty ? summed(rooms, value.value?.next_cursor) : 'Live now'}
          </p>
        </div>
        <div class="page-actions">
          <OpenRoom />
          {!empty && <PlaySample />}
        </div>
      </header>
      {error.value !== undefined && <ErrorNote error={error.value} retry={refresh} />}
      {rooms === undefined && error.value === undefined && <Spinner label="Fetching the rooms …" />}
      {empty && (
        <EmptyState icon="rooms" title="See it work: play a meeting">
          <p>
            Five people plan a launch in a room of yours. Watch the agents greet them, keep the
            summary, answer questions with quotes, and deal with one who turns abusive.
          </p>
          <PlaySample prominent />
          <p class="small">
            Or open a room by a name above: whoever joins it, by this page, the API or LiveKit, is
            heard there.
          </p>
        </EmptyState>
      )}
      {rooms && !empty && (
        <ul class="rooms">
          {ranked(rooms).map((room) => (
            <RoomCard key={room.name} room={room} now={now} />
          ))}
        </ul>
      )}
    </div>
  )
}

function summed(rooms: readonly RoomView[], next: string | null | undefined): string {
  const people = rooms.reduce((sum, room) => sum + room.participants, 0)
  const count = rooms.length === 1 ? '1 room' : `${rooms.length} rooms`
  const more = next ? '. Older ones are opened by name.' : ''
  return `${count} live, ${people === 1 ? '1 person' : `${people} people`}${more}`
}
