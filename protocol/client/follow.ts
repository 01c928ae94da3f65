import type { Ack, Snapshot } from '../acks.ts'
import { type ErrorCode, HubError } from '../errors.ts'
import type { BlankEvent, WireEvent } from '../events.ts'
import type { Link } from './link.ts'

export interface FollowOptions {
  room: string
  as: 'participant' | 'watch'
  name?: string
  /** How many events before the join to fetch along with a snapshot. */
  history: number
}

export interface FollowHandlers {
  /** A fresh start: everything known before is void. `before` are the events that led up to it. */
  reset(snapshot: Snapshot, epoch: number, seq: number, before: WireEvent[]): void
  /** The next event: each seq exactly once, in order, without a gap. */
  event(event: WireEvent): void
  /** What an event said that was handed over before is erased: this is in its place now. */
  erased(event: BlankEvent): void
  /** Everything up to the present has been handed over; `missed` events were fetched after a cut. */
  live(missed: number): void
  /** Joining is not possible any more. */
  refused(error: HubError): void
}

/** Follows one room's log over any number of connections. */
export interface Follower {
  /** (Re)joins on the present connection. */
  attach(): void
  /** An event of the room from the wire. */
  receive(event: WireEvent): void
  /** The connection was cut: what is under way is void. */
  detach(): void
}

/** Errors of a join after which another try can go better. */
const PASSING: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'rate_limited',
  'not_owner',
  'degraded',
  'draining',
  'timed_out',
  'internal',
])
const RETRY_MS = 250
const RETRY_MAX_MS = 5_000

export function createFollower(
  link: Link,
  options: FollowOptions,
  handlers: FollowHandlers,
): Follower {
  const { room, as, name, history } = options
  let at: { epoch: number; seq: number } | undefined
  let live = false
  let held: WireEvent[] = []
  let attempt = 0
  let failures = 0
  /** How many events the present attempt fetched, until that is told. */
  let untold: number | undefined

  function attach() {
    attempt += 1
    const mine = attempt
    live = false
    held = []
    join(mine, at).then(
      () => {
        failures = 0
      },
      (error: unknown) => {
        if (mine !== attempt) return
        if (!(error instanceof HubError) || !PASSING.has(error.code)) {
          return handlers.refused(error instanceof HubError ? error : broken(error))
        }
        const wait = Number(error.details?.retry_in_ms ?? RETRY_MS * 2 ** failures)
        failures += 1
        setTimeout(() => mine === attempt && attach(), Math.min(wait, RETRY_MAX_MS))
      },
    )
  }

  async function join(mine: number, since: typeof at) {
    const ack = await link.once('room.join', {
      room,
      as,
      ...(name === undefined ? {} : { name }),
      ...(since === undefined ? {} : { since }),
    })
    if (mine !== attempt) return
    let missed = 0
    if (since !== undefined && ack.recovered) {
      link.openRoom(room)
      missed = ack.seq - since.seq
      hand(ack.events as WireEvent[])
      if (!(await fill(mine, ack.seq))) return
    } else {
      if (ack.snapshot === undefined) return restart()
      const before = await past(ack)
      if (mine !== attempt) return
      at = { epoch: ack.epoch, seq: ack.seq }
      handlers.reset(ack.snapshot, ack.epoch, ack.seq, before)
      link.openRoom(room)
    }
    untold = missed
    catchUp(mine)
  }

  function restart() {
    at = undefined
    attach()
  }

  /** What was said before a fresh join, as far back as asked for. */
  async function past(ack: Ack<'room.join'>): Promise<WireEvent[]> {
    const events: WireEvent[] = []
    let after = Math.max(0, ack.seq - history)
    while (after < ack.seq) {
      const page = await link.once('room.history', { room, after })
      const last = page.events.at(-1)
      if (last === undefined) break
      events.push(
        ...(page.events as WireEvent[]).filter((one) => 'seq' in one && one.seq <= ack.seq),
      )
      after = last.seq
    }
    return events
  }

  /** Fetches history until `upto` is handed over. Says whether it got there. */
  async function fill(mine: number, upto: number): Promise<boolean> {
    while (at !== undefined && at.seq < upto) {
      const before = at.seq
      const page = await link.once('room.history', { room, after: before })
      if (mine !== attempt) return false
      hand(page.events as WireEvent[])
      if (at.seq === before) {
        // The log no longer holds what is missing: only a snapshot helps.
        restart()
        return false
      }
    }
    return true
  }

  /** Hands over what goes on from where we are; the rest are duplicates, or come after a gap. */
  function hand(events: WireEvent[]) {
    for (const event of events) {
      if (at === undefined || !('seq' in event) || event.seq !== at.seq + 1) continue
      at = { epoch: at.epoch, seq: event.seq }
      handlers.event(event)
    }
  }

  function catchUp(mine: number) {
    live = true
    const events = held
    held = []
    for (const event of events) {
      if (mine !== attempt) return
      receive(event)
    }
    if (!live || untold === undefined) return
    const missed = untold
    untold = undefined
    handlers.live(missed)
  }

  function receive(event: WireEvent) {
    if (!live || at === undefined) return void held.push(event)
    if (!('seq' in event)) return handlers.event(event)
    if (event.epoch !== at.epoch) return attach()
    if (event.seq <= at.seq) return event.type === 'erased' ? handlers.erased(event) : undefined
    if (event.seq === at.seq + 1) return hand([event])
    closeGap(event)
  }

  function closeGap(event: WireEvent & { seq: number }) {
    const mine = attempt
    live = false
    held.push(event)
    fill(mine, event.seq - 1).then(
      (filled) => filled && catchUp(mine),
      () => mine === attempt && link.connected && attach(),
    )
  }

  return {
    attach,
    receive,
    detach: () => {
      attempt += 1
      live = false
      held = []
    },
  }
}

function broken(error: unknown): HubError {
  return new HubError('internal', 'The client failed at joining.', { cause: error })
}
