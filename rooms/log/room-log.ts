import type { EventDraft, PendingEvent, RoomEvent } from '#protocol'
import { HubError } from '#protocol'
import type { AppendOptions } from '../types.ts'
import type { CommitTarget, Committer } from './committer.ts'
import { createRing } from './ring.ts'
import type { TraceContexts } from './tracing.ts'
import type { LogStore, UnplacedEvent } from './types.ts'

/** How many of the newest events stay in memory for readers that resume. */
const RING = 1000

export interface RoomLog {
  readonly head: number
  append(drafts: EventDraft[], options?: AppendOptions): Promise<RoomEvent[]>
  /** Committed events after a seq, oldest first. At once when they are in memory. */
  after(seq: number, limit: number): RoomEvent[] | Promise<RoomEvent[]>
  /** Puts the erased form in an event's place. */
  erased(event: RoomEvent): void
  /** From now on nothing can be appended: the room is no longer in this memory. */
  seal(): void
}

export interface RoomLogDeps {
  room: { id: string; name: string; epoch: number; fence: number }
  head: number
  recent: RoomEvent[]
  store: LogStore
  committer: Committer
  now: () => number
  nextId: () => string
  /** Committed events in order, each once. */
  onCommitted: (events: RoomEvent[], contexts?: TraceContexts) => void
  onPending: (events: PendingEvent[], waiting: number) => void
  onRecovered: () => void
  onLost: () => void
}

/** One room's log: drafts go in, committed events come out with a seq. */
export function createRoomLog(deps: RoomLogDeps): RoomLog {
  const ring = createRing(RING, deps.recent)
  let sealed = false
  let lastAt = deps.recent.at(-1)?.at ?? 0

  const target: CommitTarget = {
    roomId: deps.room.id,
    fence: deps.room.fence,
    head: deps.head,
    committed(events, contexts) {
      for (const event of events) ring.push(event)
      deps.onCommitted(events, contexts)
    },
    waiting(events, appends) {
      deps.onPending(
        events.map((event) => ({ ...event, pending: true }) as PendingEvent),
        appends,
      )
    },
    recovered: deps.onRecovered,
    lost() {
      sealed = true
      deps.onLost()
    },
  }

  return {
    get head() {
      return target.head
    },
    append(drafts, options = {}) {
      if (sealed) return Promise.reject(new HubError('not_owner', 'The room moved. Send it again.'))
      // Time never runs backwards within a log.
      lastAt = Math.max(lastAt, deps.now())
      const events = drafts.map(
        (draft) =>
          ({
            ...draft,
            room: deps.room.name,
            epoch: deps.room.epoch,
            id: deps.nextId(),
            at: lastAt,
          }) as UnplacedEvent,
      )
      return deps.committer.submit({ target, events, ...options })
    },
    after: (seq, limit) => ring.after(seq, limit) ?? deps.store.read(deps.room, seq, limit),
    erased: (event) => ring.replace(event),
    seal() {
      sealed = true
    },
  }
}
