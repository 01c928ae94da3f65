import { HubError } from '../errors.ts'
import type { WireEvent } from '../events.ts'
import { createEmitter } from './emitter.ts'
import { createFollower } from './follow.ts'
import type { Link } from './link.ts'
import type { JoinRoomOptions, LiveRoom, RoomNotices } from './live-room.ts'
import { createMicrophone, type MicrophoneHandle } from './microphone.ts'
import { forget, KEEP_LINES, reduceRoom } from './reduce.ts'
import { nothingYet, type RoomState, stateOf } from './state.ts'
import { createStream, type Stream } from './stream.ts'

/** The hub's side of a room: what the connection does to it. */
export interface RoomHandle {
  readonly room: LiveRoom
  connected(): void
  disconnected(code: number | undefined): void
  receive(event: WireEvent): void
  end(reason: RoomNotices['ended']['reason'], error?: HubError): void
}

export interface RoomDeps {
  link: Link
  newId: () => string
  /** Who this client is, as its token says. */
  userId: () => string | undefined
  /** This is the connection's microphone now: another one that there was is over. */
  soleMicrophone(microphone: MicrophoneHandle): void
  /** Called when the first join is through. */
  joined(room: LiveRoom): void
  /** Called once, when the room is over for this client. */
  ended(error: HubError | undefined): void
}

export function createRoom(deps: RoomDeps, name: string, options: JoinRoomOptions): RoomHandle {
  const { link, newId } = deps
  const { as = 'participant', keep = KEEP_LINES, history = 0 } = options
  const emitter = createEmitter<string, unknown>()
  const streams = new Set<Stream<WireEvent>>()
  const events: WireEvent[] = []
  let state: RoomState = nothingYet(name)
  let status: LiveRoom['status'] = 'catching_up'
  let microphone: MicrophoneHandle | undefined
  let joined = false
  let over: HubError | undefined

  const follower = createFollower(
    link,
    { room: name, as, history, ...(options.name === undefined ? {} : { name: options.name }) },
    {
      reset: (snapshot, epoch, seq, before) => {
        const fresh = stateOf(snapshot, epoch, seq)
        const past = before.reduce((s, event) => reduceRoom(s, event, keep), nothingYet(name))
        const { finals, chat, talkback } = past
        state = { ...fresh, finals, chat, talkback }
        events.splice(0, events.length, ...before.slice(-keep))
        if (joined) emitter.emit('reset', undefined)
      },
      event: fold,
      erased: (event) => {
        const place = events.findIndex((one) => 'seq' in one && one.seq === event.seq)
        state = forget(state, event, events[place])
        if (place >= 0) events[place] = event
        tell(event)
      },
      live: (missed) => {
        status = 'live'
        const first = !joined
        joined = true
        if (first) deps.joined(room)
        else emitter.emit('recovered', { missed })
        microphone?.attach()
        emitter.emit('change', undefined)
      },
      refused: (error) => end(error.code, error),
    },
  )

  function fold(event: WireEvent) {
    state = reduceRoom(state, event, keep)
    if ('seq' in event) {
      events.push(event)
      if (events.length > keep) events.shift()
    }
    tell(event)
    if (event.type === 'room.closed' && !('pending' in event)) {
      end('room_closed')
    } else if (event.type === 'moderation.acted' && !('pending' in event)) {
      const { target, action } = event.data
      if (action === 'remove' && target === deps.userId()) end('removed')
    }
  }

  function tell(event: WireEvent) {
    emitter.emit(event.type, event)
    emitter.emit('*', event)
    for (const stream of streams) stream.push(event)
    emitter.emit('change', undefined)
  }

  function end(reason: RoomNotices['ended']['reason'], error?: HubError) {
    if (status === 'ended') return
    status = 'ended'
    follower.detach()
    const why = error ?? (reason === 'leave' ? undefined : new HubError(reason, sayWhy(reason)))
    over = why ?? new HubError('not_found', 'This client has left the room.')
    link.closeRoom(name, over)
    microphone?.end(over)
    deps.ended(why)
    for (const stream of streams) stream.end()
    emitter.emit('ended', { reason, ...(why === undefined ? {} : { error: why }) })
    emitter.emit('change', undefined)
  }

  const send: Link['send'] = (command, payload) => {
    if (over === undefined) return link.send(command, payload, name)
    return Promise.reject(over)
  }

  const room: LiveRoom = {
    name,
    get epoch() {
      return state.epoch
    },
    get seq() {
      return state.seq
    },
    get state() {
      return state
    },
    get status() {
      return status
    },
    get events() {
      return events
    },
    get participants() {
      return state.participants
    },
    get agents() {
      return state.agents
    },
    get transcript() {
      return [...state.finals, ...state.partials]
    },
    get summary() {
      return state.summary
    },
    get cases() {
      return state.cases
    },
    get messages() {
      return state.chat
    },
    get talkback() {
      return state.talkback
    },
    get pending() {
      return state.pending
    },
    get speaking() {
      return state.speaking
    },
    // The overloads tie a name to what its listener gets; inside, they are all alike.
    on: (type: string, listener: (item: never) => void) =>
      emitter.on(type, listener as (item: unknown) => void),
    stream: () => {
      const stream = createStream<WireEvent>(keep, () => streams.delete(stream))
      if (status === 'ended') stream.end()
      else streams.add(stream)
      return stream
    },
    when: (predicate, timeoutMs) =>
      new Promise((resolve, reject) => {
        const stop = (settle: () => void) => {
          clearTimeout(timer)
          off()
          settle()
        }
        const look = () => {
          try {
            const found = predicate(room)
            if (found) stop(() => resolve(found))
            else if (over !== undefined) stop(() => reject(over))
          } catch (error) {
            stop(() => reject(error))
          }
        }
        const timer = setTimeout(
          () => stop(() => reject(new HubError('timed_out', `Not so within ${timeoutMs} ms.`))),
          timeoutMs,
        )
        const off = emitter.on('change', look)
        look()
      }),
    caption: (text, { segment = newId(), final = true, startMs, endMs, id } = {}) =>
      send('caption.push', {
        ...{ room: name, segment, text, final },
        ...given({ start_ms: startMs, end_ms: endMs, id }),
      }),
    openMicrophone: (microphoneOptions) => {
      if (over !== undefined) return Promise.reject(over)
      const mine = createMicrophone(link, name, microphoneOptions, () => {
        if (microphone === mine) microphone = undefined
      })
      deps.soleMicrophone(mine)
      microphone = mine
      if (status === 'live') mine.attach()
      return mine.opened
    },
    chat: (text, { to, id } = {}) => send('chat.send', { room: name, text, ...given({ to, id }) }),
    ask: (question, { private: alone = false, id } = {}) =>
      send('agent.ask', { room: name, question, private: alone, ...given({ id }) }),
    interrupt: (run) => send('agent.interrupt', { room: name, ...given({ run }) }),
    act: (target, action, { reason = '', minutes, id } = {}) =>
      send('moderation.act', { room: name, target, action, reason, ...given({ minutes, id }) }),
    review: (caseId, decision, { note, minutes, action, id } = {}) =>
      send('moderation.review', {
        case: caseId,
        decision,
        ...given({ note, minutes, action, id }),
      }),
    claim: (caseId, on) => send('moderation.claim', { case: caseId, on }),
    setTranscription: (on) => send('transcription.set', { room: name, on }),
    history: (after, limit) => send('room.history', { room: name, after, ...given({ limit }) }),
    leave: async () => {
      if (status === 'ended') return
      // A cut connection has left already; the hub's grace does the rest.
      const told = link.connected ? link.once('room.leave', { room: name }) : undefined
      await told?.catch(() => undefined)
      end('leave')
    },
  }

  return {
    room,
    connected: follower.attach,
    disconnected: (code) => {
      follower.detach()
      if (status === 'ended') return
      status = 'catching_up'
      microphone?.detach()
      // who ends meanwhile, nobody tells
      state = { ...state, speaking: [], transcriptBehindMs: 0 }
      emitter.emit('disconnected', { code })
      emitter.emit('change', undefined)
    },
    receive: (event) => {
      if (status !== 'ended') follower.receive(event)
    },
    end,
  }
}

/** Only the fields that have a value: `undefined` is not the same as absent. */
function given<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  const some = Object.entries(fields).filter(([, value]) => value !== undefined)
  return Object.fromEntries(some) as { [K in keyof T]?: NonNullable<T[K]> }
}

function sayWhy(reason: string): string {
  if (reason === 'room_closed') return 'The room was closed.'
  if (reason === 'removed') return 'A moderator removed you from the room.'
  return 'The room is over for this client.'
}
