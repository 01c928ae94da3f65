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
  /** Whether who has read up to a seq, and was away since, may know what is erased: no tombstone came to them. */
  outdates(seq: number): boolean
  append(drafts: EventDraft[], options?: AppendOptions): Promise<RoomEvent[]>
  /** Committed events after a seq, oldest first. At once when they are in memory. */
  after(seq: number, limit: number): RoomEvent[] | Promise<RoomEvent[]>
  /** Puts the erased form in an event's place. */
  erased(event: RoomEvent): void
  /** Events up to this seq are gone. */
  keptAfter(seq: number): void
  /** Resolves once all that was handed in until now is committed or refused. Throws where Postgres is away for too long. */
  flushed(): Promise<void>
  /** From now on nothing by, to or about this person is taken, but what the returned `append` gets; until `release`. */
  refuse(userId: string): Pick<RoomLog, 'append'> & { release(): void }
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
  const refused = new Set<string>()
  /** How often something was erased, from which seq on at least, and the head when it was last. */
  const erased = { times: 0, first: Number.MAX_SAFE_INTEGER, at: -1 }

  const target: CommitTarget = {
    roomId: deps.room.id,
    fence: deps.room.fence,
    head: deps.head,
    committed(events, contexts) {
      for (const event of events) ring.push(event)
      if (events.length > 0) deps.onCommitted(events, contexts)
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
    outdates: (seq) => erased.first <= seq && seq <= erased.at,
    append(drafts, options = {}) {
      const concerned = refused.size > 0 && drafts.some((draft) => concerns(draft, refused))
      return concerned ? Promise.reject(beingErased()) : append(drafts, options)
    },
    after: (seq, limit) => ring.after(seq, limit) ?? readStored(seq, limit),
    erased(event) {
      erased.times += 1
      erased.first = Math.min(erased.first, event.seq)
      erased.at = target.head
      ring.replace(event)
    },
    keptAfter: (seq) => ring.drop(seq),
    // nothing to write, after all that is to be written
    flushed: async () => void (await deps.committer.submit({ target, events: [] })),
    refuse(userId) {
      refused.add(userId)
      return { append, release: () => refused.delete(userId) }
    },
    seal() {
      sealed = true
    },
  }

  /** What was erased while it was read is read as erased: no tombstone follows it. */
  async function readStored(seq: number, limit: number): Promise<RoomEvent[]> {
    for (;;) {
      const { times } = erased
      const events = await deps.store.read(deps.room, seq, limit)
      if (erased.times === times) return events
    }
  }

  function append(drafts: EventDraft[], options: AppendOptions = {}): Promise<RoomEvent[]> {
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
  }
}

function concerns({ actor, to, data }: EventDraft, people: ReadonlySet<string>): boolean {
  return (
    people.has(actor.id) ||
    (to !== undefined && people.has(to)) ||
    ('target' in data && people.has(data.target)) ||
    ('asked_by' in data && data.asked_by !== undefined && people.has(data.asked_by))
  )
}

function beingErased(): HubError {
  return new HubError('conflict', 'What is known of this person is being erased. Try again then.')
}
