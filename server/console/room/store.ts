import { batch, computed, type ReadonlySignal, signal } from '@preact/signals'
import type { RoomView, Summary, WireEvent } from '#protocol'
import { type Hub, HubError, type LiveRoom, type RoomState } from '#protocol/client'
import { observeRun, type Runs } from '../plots/latency.ts'
import { createHistory, type History } from './history.ts'
import { addEvents, emptyTimeline, type Timeline } from './model/timeline.ts'

/**
 * `live`: followed as it happens. `record`: the room is closed, and is read from its log. `refused`:
 * not for this person, or not any more.
 */
type Mode = 'loading' | 'live' | 'record' | 'refused'

export interface RoomStore extends Pick<History, 'fill' | 'fillAll' | 'bring'> {
  readonly name: string
  /** Where REST has it: `/rooms/NAME`. */
  readonly path: string
  readonly mode: ReadonlySignal<Mode>
  /** Whether we are in the room as a participant; else we watch. */
  readonly joined: ReadonlySignal<boolean>
  /** What the live client knows; of a closed room undefined. */
  readonly state: ReadonlySignal<RoomState | undefined>
  readonly timeline: ReadonlySignal<Timeline>
  readonly summary: ReadonlySignal<Summary | undefined>
  readonly runs: ReadonlySignal<Runs>
  /** Catching up after a cut: what is shown is behind. */
  readonly behind: ReadonlySignal<boolean>
  /** What the last cut had kept from us, all of it fetched since. */
  readonly caughtUp: ReadonlySignal<{ missed: number } | undefined>
  readonly problem: ReadonlySignal<HubError | undefined>
  /** The last seq of the log, as far as known. */
  readonly head: ReadonlySignal<number>
  readonly mayModerate: ReadonlySignal<boolean>
  /** The room as REST tells it, asked for again and again: whose it is, its settings. */
  readonly view: ReadonlySignal<RoomView | undefined>
  /** Where its people are: at this hub's own socket, or in a LiveKit room. */
  readonly media: ReadonlySignal<'local' | 'livekit'>
  /** What a user id is called, as the log has it. */
  nameOf(id: string): string
  /** The live room, for commands. @throws HubError when it is not live */
  room(): LiveRoom
  /** Enters as a participant; of a closed room it opens it again. @throws HubError */
  join(): Promise<void>
  /** Goes back to watching. */
  leave(): Promise<void>
  /** Asks whether one may still see what is shown: a reader is not told of lost rights. Never throws. */
  check(): Promise<void>
  /** Begins to follow the room, or begins again. */
  open(): void
  close(): void
}

export interface RoomStoreDeps {
  hub: Hub
  rest: <T>(path: string) => Promise<T>
  /** Who looks: known by name also where the log never names them. */
  me: { id: string; name: string } | undefined
  /** Runs something soon, once for many calls in between: a frame of the browser. */
  soon: (run: () => void) => void
}

/** Events that are there at once; earlier ones come as one scrolls. */
const AT_ONCE = 300
/** What the hub answers who may not see, or moderate, the room any more. */
const LOST: ReadonlySet<string> = new Set(['not_found', 'forbidden', 'removed'])

/** Follows one room, live or closed, and keeps what was read of its log. */
export function createRoomStore({ hub, rest, me, soon }: RoomStoreDeps, name: string): RoomStore {
  const mode = signal<Mode>('loading')
  const joined = signal(false)
  const state = signal<RoomState | undefined>(undefined)
  const timeline = signal(emptyTimeline(0))
  const summary = signal<Summary | undefined>(undefined)
  const runs = signal<Runs>(new Map())
  const behind = signal(false)
  const caughtUp = signal<{ missed: number } | undefined>(undefined)
  const problem = signal<HubError | undefined>(undefined)
  const head = signal(0)
  const mayModerate = signal(false)
  const view = signal<RoomView | undefined>(undefined)
  const media = computed(() => {
    const people = state.value?.participants ?? []
    return people.some((one) => one.media === 'livekit')
      ? 'livekit'
      : (view.value?.media ?? 'local')
  })

  const path = `/rooms/${encodeURIComponent(name)}`
  const names = new Map(me === undefined ? [] : [[me.id, me.name]])
  let live: LiveRoom | undefined
  let listeners: (() => void)[] = []
  let closed = false
  let queue: WireEvent[] = []
  let planned = false
  const { fetchPage, ...history } = createHistory({
    ...{ hub, name, timeline, head, keep, isClosed: () => closed },
  })

  function plan() {
    if (planned) return
    planned = true
    soon(() => {
      planned = false
      if (!closed) show()
    })
  }

  function show() {
    const events = queue
    queue = []
    batch(() => {
      if (live !== undefined) {
        state.value = live.state
        summary.value = live.summary
        behind.value = live.status === 'catching_up'
        head.value = Math.max(head.value, live.seq)
        for (const { id, name: called } of live.participants) names.set(id, called)
        mayModerate.value = live.state.moderates
        if (live.epoch !== timeline.value.epoch) timeline.value = emptyTimeline(live.epoch)
      }
      keep(events)
    })
  }

  function keep(events: readonly WireEvent[]) {
    for (const event of events) if ('actor' in event) names.set(event.actor.id, event.actor.name)
    timeline.value = addEvents(timeline.value, events)
    runs.value = events.reduce(observeRun, runs.value)
  }

  function follow(room: LiveRoom) {
    live = room
    queue.push(...room.events)
    listeners = [
      room.on('*', (event) => void queue.push(event)),
      room.on('change', plan),
      room.on('room.updated', ({ data: { settings } }) => {
        if (view.value !== undefined) view.value = { ...view.value, settings }
      }),
      room.on('reset', () => void queue.push(...room.events)),
      room.on('recovered', ({ missed }) => {
        caughtUp.value = { missed }
      }),
      room.on('ended', ({ reason, error }) => {
        if (live === room) over(reason, error)
      }),
    ]
    batch(() => {
      show()
      mode.value = 'live'
      problem.value = undefined
    })
  }

  function unfollow() {
    for (const off of listeners) off()
    listeners = []
    live = undefined
  }

  /** The room has ended for us, and not by our own doing. */
  function over(reason: string, error: HubError | undefined) {
    show()
    unfollow()
    joined.value = false
    if (reason === 'room_closed') void read()
    // another part of this page has left the room: we still watch it
    else if (reason === 'leave') void watch()
    else refuse(error ?? new HubError('forbidden', 'The room is over for you.'))
  }

  function refuse(error: HubError) {
    const room = live
    unfollow()
    void room?.leave()
    batch(() => {
      joined.value = false
      problem.value = error
      mode.value = 'refused'
      state.value = undefined
    })
  }

  async function enter(as: 'watch' | 'participant') {
    const before = live
    if (before !== undefined) {
      unfollow()
      await before.leave()
    }
    const room = await hub.join(name, { as, history: AT_ONCE })
    // the page has gone meanwhile
    if (closed) return void room.leave()
    joined.value = as === 'participant'
    follow(room)
  }

  async function watch(as: 'watch' | 'participant' = 'watch') {
    try {
      await enter(as)
    } catch (error) {
      if (!closed) refuse(asHubError(error))
    }
  }

  /** The room as REST knows it decides how it is read: joining a closed one would open it. */
  async function read(as?: 'watch' | 'participant') {
    try {
      const found = await rest<RoomView>(path)
      if (closed) return
      view.value = found
      if (found.status === 'open') return await watch(as)
      const last = await rest<Summary>(`${path}/summary`)
      // only moderators may list cases: asking is how to know
      const moderates = await rest(`${path}/cases?limit=1`).then(
        () => true,
        () => false,
      )
      if (closed) return
      batch(() => {
        if (found.epoch !== timeline.value.epoch) timeline.value = emptyTimeline(found.epoch)
        head.value = found.seq
        summary.value = last.version === 0 ? undefined : last
        mayModerate.value = moderates
        state.value = undefined
        mode.value = 'record'
      })
      await fetchPage(Math.max(0, found.seq - AT_ONCE), found.seq)
    } catch (error) {
      if (!closed) refuse(asHubError(error))
    }
  }

  return {
    ...{
      name,
      path,
      mode,
      joined,
      state,
      timeline,
      summary,
      runs,
      behind,
      caughtUp,
      problem,
      head,
    },
    ...{ mayModerate, view, media },
    ...history,
    nameOf: (id) => names.get(id) ?? (id === 'policy' ? 'the policy' : id),
    room: () => {
      if (live === undefined) throw new HubError('room_closed', 'This room is not live.')
      return live
    },
    join: async () => {
      const before = mode.value
      try {
        await enter('participant')
      } catch (error) {
        if (before === 'live') await watch()
        throw error
      }
    },
    leave: () => enter('watch'),
    check: async () => {
      try {
        view.value = await rest<RoomView>(path)
        if (mayModerate.peek()) await rest(`${path}/cases?limit=1`)
      } catch (error) {
        const { code = '' } = error as Partial<HubError>
        if (live !== undefined && LOST.has(code))
          await read(joined.peek() ? 'participant' : 'watch')
      }
    },
    open: () => {
      batch(() => {
        mode.value = 'loading'
        problem.value = undefined
      })
      void read()
    },
    close: () => {
      closed = true
      const room = live
      unfollow()
      void room?.leave()
    },
  }
}

function asHubError(error: unknown): HubError {
  if (error instanceof HubError) return error
  return new HubError('internal', 'This page failed. Load it again.', { cause: error })
}
