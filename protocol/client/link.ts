import type { Ack } from '../acks.ts'
import type { CommandInput, CommandName } from '../commands.ts'
import { CLOSE_CODES, HubError, type WireError } from '../errors.ts'
import type { HubSocket, OpenSocket } from './socket.ts'
import type { Tokens } from './token.ts'

export interface LinkOptions {
  url: string
  tokens: Tokens
  openSocket: OpenSocket
  newId: () => string
  /** How long a command may take, with every retry, ms. */
  timeoutMs: number
}

export interface LinkHandlers {
  connected(): void
  disconnected(code: number | undefined): void
  event(event: unknown): void
  /** Rooms that a renewed token reaches no longer. */
  lost(rooms: string[]): void
  /** The connection is over for good. */
  failed(error: HubError): void
}

/** The connection with its commands: what was not acked is sent again, with the same id, on the next one. */
export interface Link {
  readonly connected: boolean
  /** Why the hub cannot be reached at the moment, if so. */
  readonly trouble: string | undefined
  /** Why the connection is over for good, once it is. */
  readonly over: HubError | undefined
  open(): void
  close(): void
  /** A command that is kept until acked. One with a `room` waits until that room is open on this connection. */
  send<N extends CommandName>(name: N, payload: CommandInput<N>, room?: string): Promise<Ack<N>>
  /** A command that is meant for the present connection only, and fails with it. */
  once<N extends CommandName>(name: N, payload: CommandInput<N>): Promise<Ack<N>>
  /** Bytes without an ack, on the present connection only. */
  frame(name: string, bytes: Uint8Array): void
  /** This connection has joined the room: what waits for it goes out, in order. */
  openRoom(room: string): void
  closeRoom(room: string, why?: HubError): void
}

interface Waiting {
  name: CommandName
  payload: object
  room: string | undefined
  once: boolean
  sent: boolean
  /** Settles it and takes it from the list. */
  done(error: HubError | undefined, ack?: object): void
}

const REFUSALS_BEFORE_GIVING_UP = 5
const RETRY_MS = 250
/** `setTimeout` takes no more than this, ms. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

export function createLink(options: LinkOptions, handlers: LinkHandlers): Link {
  const { tokens, newId, timeoutMs } = options
  const waiting = new Set<Waiting>()
  const openRooms = new Set<string>()
  let refusals = 0
  let over: HubError | undefined
  let trouble: string | undefined
  let renewal: ReturnType<typeof setTimeout> | undefined
  let retry: ReturnType<typeof setTimeout> | undefined

  const socket: HubSocket = options.openSocket(options.url, tokens.current, {
    connected: () => {
      refusals = 0
      trouble = undefined
      planRenewal()
      flush()
      handlers.connected()
    },
    disconnected: (code) => {
      clearTimeout(renewal)
      openRooms.clear()
      if (code === CLOSE_CODES.tokenExpired) tokens.forget()
      for (const command of [...waiting]) {
        if (command.once) command.done(cut())
        else command.sent = false
      }
      handlers.disconnected(code)
    },
    event: (event) => {
      const wait = drainWait(event)
      if (wait !== undefined) socket.reconnectAfter(wait)
      handlers.event(event)
    },
    refused: (data) => {
      const error = fromWire(data)
      trouble = error.message
      refusals += 1
      const token = error.code === 'unauthenticated' || error.code === 'token_expired'
      if (error.code === 'forbidden' || (token && !tokens.renewable)) return fail(error)
      if (refusals >= REFUSALS_BEFORE_GIVING_UP && token) return fail(error)
      if (token) tokens.forget()
      retry = setTimeout(() => socket.connect(), RETRY_MS * 2 ** Math.min(refusals, 5))
    },
    unreachable: (message) => {
      trouble = message
    },
  })

  function fail(error: HubError) {
    over = error
    shut(error)
    handlers.failed(error)
  }

  function shut(error: HubError) {
    clearTimeout(renewal)
    clearTimeout(retry)
    for (const command of [...waiting]) command.done(error)
    socket.close()
  }

  function planRenewal() {
    clearTimeout(renewal)
    const inMs = tokens.renewIn()
    if (inMs === undefined) return
    renewal = setTimeout(
      () => (inMs > LONGEST_TIMER_MS ? planRenewal() : void refresh()),
      Math.min(Math.max(inMs, 1_000), LONGEST_TIMER_MS),
    )
  }

  async function refresh() {
    try {
      const ack = await once('auth.refresh', { token: await tokens.renew() })
      planRenewal()
      if (ack.rooms.lost.length > 0) handlers.lost(ack.rooms.lost)
    } catch {
      // The old token may still be good for a while; once it ends, the hub's close brings a new connection.
      renewal = setTimeout(() => void refresh(), RETRY_MS * 20)
    }
  }

  function put<N extends CommandName>(name: N, payload: object, room?: string, only = false) {
    return new Promise<Ack<N>>((resolve, reject) => {
      if (over !== undefined) return reject(over)
      const timer = setTimeout(() => command.done(late(name, timeoutMs, trouble)), timeoutMs)
      const command: Waiting = {
        name,
        payload,
        room,
        once: only,
        sent: false,
        done: (error, ack) => {
          clearTimeout(timer)
          waiting.delete(command)
          if (error === undefined) resolve(ack as Ack<N>)
          else reject(error)
        },
      }
      if (only && !socket.connected) return command.done(cut())
      waiting.add(command)
      trySend(command)
    })
  }

  function trySend(command: Waiting) {
    if (command.sent || !waiting.has(command) || !socket.connected) return
    if (command.room !== undefined && !openRooms.has(command.room)) return
    command.sent = true
    socket.emit(command.name, command.payload, (answer) => {
      if (!waiting.has(command)) return
      const { ok, error } = (answer ?? {}) as { ok?: unknown; error?: unknown }
      if (ok === true) return command.done(undefined, answer as object)
      const refused = fromWire(error)
      // Another node has the room now, or this one is stopping: the same command, with the same id, again.
      if (refused.code === 'not_owner' && !command.once) {
        setTimeout(() => {
          command.sent = false
          trySend(command)
        }, RETRY_MS)
      } else if (refused.code !== 'draining' || command.once) command.done(refused)
    })
  }

  function flush() {
    for (const command of waiting) trySend(command)
  }

  const once: Link['once'] = (name, payload) => put(name, payload, undefined, true)

  return {
    get connected() {
      return socket.connected
    },
    get trouble() {
      return trouble
    },
    get over() {
      return over
    },
    open: () => socket.connect(),
    close: () => {
      over = new HubError('draining', 'This client was closed.')
      shut(over)
    },
    send: (name, payload, room) => put(name, repeatable(name, payload, newId), room),
    once,
    frame: (name, bytes) => {
      if (socket.connected) socket.frame(name, bytes)
    },
    openRoom: (room) => {
      openRooms.add(room)
      flush()
    },
    closeRoom: (room, why) => {
      openRooms.delete(room)
      for (const command of [...waiting])
        if (command.room === room)
          command.done(why ?? new HubError('not_found', 'This client has left the room.'))
    },
  }
}

/** Gives a command its id, unless doing it twice is as good as once: then the hub need not remember it. */
function repeatable(name: CommandName, payload: object, newId: () => string): object {
  if ('id' in payload || name === 'room.history' || name === 'desk.watch') return payload
  if (name === 'caption.push' && 'final' in payload && payload.final !== true) return payload
  return { id: newId(), ...payload }
}

function drainWait(event: unknown): number | undefined {
  if (typeof event !== 'object' || event === null || !('type' in event)) return undefined
  if (event.type !== 'server.draining' || !('data' in event)) return undefined
  const wait = (event.data as { reconnect_in_ms?: unknown } | null)?.reconnect_in_ms
  return typeof wait === 'number' ? wait : undefined
}

function fromWire(error: unknown): HubError {
  const { code, message, details } = (error ?? {}) as Partial<WireError>
  return new HubError(
    code ?? 'internal',
    message ?? 'The hub refused without saying why.',
    details === undefined ? {} : { details },
  )
}

function cut() {
  return new HubError('timed_out', 'The connection was cut before the answer came.')
}

function late(name: string, ms: number, trouble: string | undefined) {
  const why = trouble === undefined ? '' : ` The hub is not reachable: ${trouble}.`
  return new HubError('timed_out', `No answer to ${name} within ${ms} ms.${why}`)
}
