import type { RoomEvent } from '#protocol'

/** The newest events of a log in memory, contiguous, so that most readers never ask Postgres. */
export function createRing(capacity: number, initial: RoomEvent[]) {
  let events = initial.slice(-capacity)
  let head = initial.at(-1)?.seq ?? 0

  return {
    push(event: RoomEvent) {
      events.push(event)
      head = event.seq
      // Cut seldom, so that a push costs the same on average.
      if (events.length > capacity * 2) events = events.slice(-capacity)
    },
    /** Events after a seq, oldest first; undefined where the ring does not reach back so far. */
    after(seq: number, limit: number): RoomEvent[] | undefined {
      if (seq >= head) return []
      const first = events[0]
      if (!first || first.seq > seq + 1) return undefined
      const start = seq + 1 - first.seq
      return events.slice(start, start + limit)
    },
    /** Events up to this seq are gone. */
    drop(upto: number) {
      events = events.filter(({ seq }) => seq > upto)
    },
    replace(event: RoomEvent) {
      const first = events[0]
      if (first && event.seq >= first.seq) events[event.seq - first.seq] = event
    },
  }
}
