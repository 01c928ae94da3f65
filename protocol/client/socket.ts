import { io } from 'socket.io-client'

/** What a link needs of a socket: Socket.IO's client in earnest, a fake in tests. */
export interface HubSocket {
  readonly connected: boolean
  connect(): void
  /** Ends the connection for good: no reconnection follows. */
  close(): void
  emit(command: string, payload: object, ack: (answer: unknown) => void): void
  /** Bytes that no ack answers. */
  frame(name: string, bytes: Uint8Array): void
  /** The shortest wait before the next reconnection, ms. */
  reconnectAfter(ms: number): void
}

export interface SocketHandlers {
  connected(): void
  event(event: unknown): void
  /** `code` is the WebSocket's close code, where there was one. The socket comes back by itself. */
  disconnected(code: number | undefined): void
  /** The hub said no to the connection. The socket does not come back by itself. */
  refused(error: unknown): void
  /** The hub could not be reached. The socket tries again by itself. */
  unreachable(message: string): void
}

export type OpenSocket = (
  url: string,
  token: () => Promise<string>,
  handlers: SocketHandlers,
) => HubSocket

const RECONNECT_MIN_MS = 250
const RECONNECT_MAX_MS = 5_000

/** A socket of Socket.IO's client, reconnecting by itself with growing, random waits. */
export const openSocketIo: OpenSocket = (url, token, handlers) => {
  let asked = 0
  const socket = io(url, {
    transports: ['websocket'],
    autoConnect: false,
    forceNew: true,
    reconnectionDelay: RECONNECT_MIN_MS,
    reconnectionDelayMax: RECONNECT_MAX_MS,
    timeout: 10_000,
    // An empty token is refused by the hub, and so is tried again, as any refused one.
    auth: (give) => {
      asked += 1
      const mine = asked
      // A token can take its time: a connection that was cut meanwhile has no use for it any more.
      const answer = (value: string) => mine === asked && give({ token: value })
      void token().then(answer, () => answer(''))
    },
  })
  socket.on('connect', () => {
    socket.io.reconnectionDelay(RECONNECT_MIN_MS)
    handlers.connected()
  })
  socket.on('event', (event: unknown) => handlers.event(withBytes(event)))
  socket.on('disconnect', (_reason, details) => handlers.disconnected(closeCode(details)))
  socket.on('connect_error', (error) => {
    if (socket.active) handlers.unreachable(error.message)
    else handlers.refused('data' in error ? error.data : undefined)
  })
  return {
    get connected() {
      return socket.connected
    },
    connect: () => void socket.connect(),
    close: () => void socket.disconnect(),
    emit: (command, payload, ack) => void socket.emit(command, payload, ack),
    frame: (name, bytes) => void socket.emit(name, bytes),
    reconnectAfter: (ms) => {
      socket.io.reconnectionDelayMax(Math.max(ms, RECONNECT_MAX_MS))
      socket.io.reconnectionDelay(ms)
    },
  }
}

/** Browsers give the sound of an event as an ArrayBuffer, Node as a Buffer: both become what the types say. */
function withBytes(event: unknown): unknown {
  if (typeof event !== 'object' || event === null || !('data' in event)) return event
  const { data } = event
  if (typeof data !== 'object' || data === null || !('pcm' in data)) return event
  const { pcm } = data
  return pcm instanceof ArrayBuffer
    ? { ...event, data: { ...data, pcm: new Uint8Array(pcm) } }
    : event
}

/** Socket.IO hands the WebSocket's CloseEvent on as `context`. */
function closeCode(details: unknown): number | undefined {
  if (typeof details !== 'object' || details === null || !('context' in details)) return undefined
  const { context } = details
  if (typeof context !== 'object' || context === null || !('code' in context)) return undefined
  return typeof context.code === 'number' ? context.code : undefined
}
