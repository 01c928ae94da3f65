import type { Ack } from '../acks.ts'
import type { CommandInput, CommandName } from '../commands.ts'
import { HubError } from '../errors.ts'
import type { WireEvent } from '../events.ts'
import { deferred } from './deferred.ts'
import { createEmitter } from './emitter.ts'
import { createLink } from './link.ts'
import type { JoinRoomOptions, LiveRoom } from './live-room.ts'
import type { MicrophoneHandle } from './microphone.ts'
import { createRoom, type RoomHandle } from './room.ts'
import { type OpenSocket, openSocketIo } from './socket.ts'
import { createTokens } from './token.ts'

export interface ConnectOptions {
  /** Where the hub is, as `http://localhost:8080`. */
  url: string
  /** A token, or what gets a new one: then it is renewed before its end, and when the hub refuses it. */
  token: string | (() => string | Promise<string>)
  /** How long a command may take, with its retries over reconnections, ms. Default: 30,000. */
  timeoutMs?: number
  /** Ids of commands and segments, at most 64 characters. Default: random. */
  newId?: () => string
  /** Default: Socket.IO's client. */
  openSocket?: OpenSocket
}

export interface HubNotices {
  connected: undefined
  disconnected: { code: number | undefined }
  /** No way back without a new `connectHub`: the hub refuses the token. */
  failed: HubError
  /** Every event of every room that reaches this connection, also of rooms that were not joined. */
  event: WireEvent
}

export interface Hub {
  readonly connected: boolean
  /** Who the token says we are. */
  readonly userId: string | undefined
  /** Joins, and follows the room from then on. One LiveRoom a name: joining again gives the same. */
  join(room: string, options?: JoinRoomOptions): Promise<LiveRoom>
  /** A moderator's cases now; changes come as `event`s of those rooms. Call it again after `connected`. */
  watchDesk(): Promise<Ack<'desk.watch'>>
  /** Any command, as the wire has it. Kept and sent again with the same id until acked. */
  command<N extends CommandName>(name: N, payload: CommandInput<N>): Promise<Ack<N>>
  on<T extends keyof HubNotices>(notice: T, listener: (data: HubNotices[T]) => void): () => void
  close(): void
}

/** Connects to a hub, and stays connected until closed. */
export function connectHub(options: ConnectOptions): Hub {
  const { newId = randomId, timeoutMs = 30_000 } = options
  const tokens = createTokens(options.token)
  const emitter = createEmitter<string, unknown>()
  const rooms = new Map<string, { handle: RoomHandle; joined: Promise<LiveRoom> }>()
  let microphone: MicrophoneHandle | undefined

  const link = createLink(
    { url: options.url, tokens, newId, timeoutMs, openSocket: options.openSocket ?? openSocketIo },
    {
      connected: () => {
        for (const { handle } of rooms.values()) handle.connected()
        emitter.emit('connected', undefined)
      },
      disconnected: (code) => {
        for (const { handle } of rooms.values()) handle.disconnected(code)
        emitter.emit('disconnected', { code })
      },
      event: (event) => {
        if (!isEvent(event)) return
        emitter.emit('event', event)
        rooms.get(event.room)?.handle.receive(event)
      },
      lost: (names) => {
        for (const name of names) rooms.get(name)?.handle.end('forbidden')
      },
      failed: (error) => {
        for (const { handle } of [...rooms.values()]) handle.end(error.code, error)
        emitter.emit('failed', error)
      },
    },
  )
  link.open()

  function enter(name: string, joinOptions: JoinRoomOptions) {
    const { promise, resolve, reject } = deferred<LiveRoom>()
    const timer = setTimeout(() => {
      const trouble = link.trouble === undefined ? '' : ` (${link.trouble})`
      const late = new HubError('timed_out', `Not joined within ${timeoutMs} ms.${trouble}`)
      handle.end('timed_out', late)
    }, timeoutMs)
    const handle = createRoom(
      {
        link,
        newId,
        soleMicrophone: (mine) => {
          microphone?.end(new HubError('conflict', 'Another microphone was opened.'))
          microphone = mine
        },
        userId: () => tokens.claims().subject,
        joined: (room) => {
          clearTimeout(timer)
          resolve(room)
        },
        ended: (error) => {
          clearTimeout(timer)
          if (rooms.get(name)?.handle === handle) rooms.delete(name)
          reject(error ?? new HubError('not_found', 'The room was left before it was joined.'))
        },
      },
      name,
      joinOptions,
    )
    rooms.set(name, { handle, joined: promise })
    if (link.connected) handle.connected()
    return promise
  }

  return {
    get connected() {
      return link.connected
    },
    get userId() {
      return tokens.claims().subject
    },
    join: (room, joinOptions = {}) => {
      // The hub answers with the name in this form, and events carry it. Spaces around it belong to it.
      const name = room.normalize('NFC')
      if (link.over !== undefined) return Promise.reject(link.over)
      return rooms.get(name)?.joined ?? enter(name, joinOptions)
    },
    watchDesk: () => link.send('desk.watch', {}),
    command: (name, payload) => link.send(name, payload),
    on: (notice: string, listener: (item: never) => void) =>
      emitter.on(notice, listener as (item: unknown) => void),
    close: () => {
      for (const { handle } of [...rooms.values()]) handle.end('leave')
      link.close()
    },
  }
}

/** Only as much as is needed to file it: what a later hub adds is passed on. */
function isEvent(event: unknown): event is WireEvent {
  if (typeof event !== 'object' || event === null) return false
  if (!('type' in event) || typeof event.type !== 'string') return false
  return !('seq' in event) || Number.isSafeInteger(event.seq)
}

/** `crypto.randomUUID` is missing on plain http pages; this is not. */
function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
