import type { DefaultEventsMap, Server, Socket } from 'socket.io'
import type { WireEvent } from '#protocol'
import type { AudioStream } from './audio.ts'
import type { Session } from './session.ts'

interface Downstream {
  event: (event: WireEvent) => void
}

/** What the hub keeps on a socket: set by the auth middleware, so always there. */
interface SocketData {
  session: Session
  /** What it says into a room. */
  audio?: AudioStream
}

// Commands come in by one listener that parses what it gets, so upstream events have no types.
export type HubServer = Server<DefaultEventsMap, Downstream, DefaultEventsMap, SocketData>
export type HubSocket = Socket<DefaultEventsMap, Downstream, DefaultEventsMap, SocketData>
