import type { BlankEvent, CaseView, Page, RoomEvent } from '#protocol'
import { useApp } from '../app/context.ts'
import { useFetched } from '../app/fetched.ts'
import { hrefOf } from '../app/route.ts'
import { Avatar, ErrorNote, Spinner, Time } from '../ui/index.ts'

/** How many events of the log around the evidence are looked through. */
const BEFORE = 12
const AT_MOST = 60

/** What was said around the evidence of a case, with the evidence marked. */
export function Evidence({ of }: { of: CaseView }) {
  const { session } = useApp()
  const { room, evidence } = of
  const first = evidence[0]
  const last = evidence.at(-1) ?? first ?? 0

  const after = Math.max(0, (first ?? 0) - BEFORE)
  const limit = Math.min(100, Math.max(AT_MOST, last - after + BEFORE))
  const path = `/rooms/${encodeURIComponent(room)}/events?after=${after}&limit=${limit}`
  const { value, error, refresh } = useFetched(
    async (signal) =>
      first === undefined
        ? []
        : (await session.rest<Page<RoomEvent | BlankEvent>>(path, { signal })).items,
    { key: path },
  )

  if (first === undefined)
    return <p class="soft">Nothing was quoted: a moderator acted by themselves.</p>
  if (error.value !== undefined) return <ErrorNote error={error.value} retry={refresh} />
  if (value.value === undefined) return <Spinner label="Fetching what was said …" />
  const lines = around(value.value, first, last)
  return (
    <ol class="evidence">
      {lines.map((event) => {
        const cited = evidence.includes(event.seq)
        if (!isSaid(event))
          return (
            <li key={event.seq} class={cited ? 'line cited' : 'line'}>
              <span class="soft">{event.type === 'erased' ? 'Erased.' : 'Hidden from you.'}</span>
            </li>
          )
        return (
          <li key={event.seq} class={cited ? 'line cited' : 'line'}>
            <Avatar id={event.actor.id} name={event.actor.name} />
            <div>
              <p class="line-head">
                <bdi>{event.actor.name}</bdi>
                <Time at={event.at} seconds />
                {cited && (
                  <a href={hrefOf({ page: 'room', name: room, at: event.seq })}>
                    Evidence · {event.seq}
                  </a>
                )}
              </p>
              <p dir="auto">{event.data.text}</p>
            </div>
          </li>
        )
      })}
    </ol>
  )
}

type Said = Extract<RoomEvent, { type: 'transcript.final' | 'chat.message' }>

function isSaid(event: RoomEvent | BlankEvent): event is Said {
  return event.type === 'transcript.final' || event.type === 'chat.message'
}

const LINES_AROUND = 4

/** What was said, from some lines before the evidence to some after it. */
function around(events: readonly (RoomEvent | BlankEvent)[], first: number, last: number) {
  const inside = (seq: number) => seq >= first && seq <= last
  const told = events.filter(
    (event) => isSaid(event) || (event.type === 'erased' && inside(event.seq)),
  )
  const from = told.findIndex(({ seq }) => seq >= first)
  const to = told.findLastIndex(({ seq }) => seq <= last)
  return told.slice(Math.max(0, from - LINES_AROUND), to + 1 + LINES_AROUND)
}
