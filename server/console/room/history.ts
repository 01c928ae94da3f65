import { batch, type ReadonlySignal, type Signal } from '@preact/signals'
import type { BlankEvent, RoomEvent } from '#protocol'
import type { Hub } from '#protocol/client'
import { addGone, covers, entryAt, holes, type Span, type Timeline } from './model/timeline.ts'

export interface History {
  /** Reads what is after one seq up to another, a page at most. Says how far it got. */
  fetchPage(after: number, upto: number): Promise<number>
  /** Fetches (the end of) what is missing in between. */
  fill(hole: Span): Promise<void>
  /** Fetches what is missing, oldest last, as far as `most` events back. */
  fillAll(most?: number): Promise<void>
  /** Makes sure that a seq and what is around it are there; gives the seq of the entry that shows it. */
  bring(seq: number): Promise<number | undefined>
}

interface HistoryDeps {
  hub: Pick<Hub, 'command'>
  name: string
  timeline: Signal<Timeline>
  head: ReadonlySignal<number>
  keep(events: readonly (RoomEvent | BlankEvent)[]): void
  /** The page has gone: nothing is kept any more. */
  isClosed(): boolean
}

/** Events of one page. */
const PAGE = 500
/** Events around a seq that is jumped to. */
const AROUND = 120
/** What plots and searches read at most: a day of talk. */
const MOST = 50_000

/** Reads what is missing of a room's log. */
export function createHistory(deps: HistoryDeps): History {
  const { hub, name, timeline, head, keep, isClosed } = deps

  async function fetchPage(after: number, upto: number): Promise<number> {
    const limit = Math.min(PAGE, upto - after)
    if (limit <= 0) return after
    const page = await hub.command('room.history', { room: name, after, limit })
    if (isClosed()) return upto
    const events = page.events as (RoomEvent | BlankEvent)[]
    // the log has no gaps: of what is missing at the beginning of a page, the room keeps nothing any more
    const begin = events[0]?.seq ?? (page.more ? after : upto) + 1
    batch(() => {
      keep(events)
      if (begin > after + 1)
        timeline.value = addGone(timeline.value, { from: after + 1, to: begin - 1 })
    })
    return events.at(-1)?.seq ?? upto
  }

  async function fetchSpan({ from, to }: Span): Promise<void> {
    let after = from - 1
    while (after < to && !isClosed()) {
      const got = await fetchPage(after, to)
      if (got <= after) return
      after = got
    }
  }

  return {
    fetchPage,
    fill: ({ from, to }) => fetchSpan({ from: Math.max(from, to - PAGE + 1), to }),
    fillAll: async (most = MOST) => {
      for (;;) {
        const oldest = head.value - most
        const hole = holes(timeline.value, head.value).findLast(({ to }) => to > oldest)
        if (hole === undefined || isClosed()) return
        await fetchSpan({ from: Math.max(hole.from, hole.to - PAGE + 1, oldest + 1), to: hole.to })
        if (holes(timeline.value, head.value).some(({ to }) => to === hole.to)) return
      }
    },
    bring: async (seq) => {
      if (seq < 1 || seq > head.value) return undefined
      if (!covers(timeline.value, seq))
        await fetchSpan({
          from: Math.max(1, seq - AROUND),
          to: Math.min(head.value, seq + AROUND),
        })
      return entryAt(timeline.value, seq)?.seq
    },
  }
}
