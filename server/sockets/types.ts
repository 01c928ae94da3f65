import type { DefaultEventsMap, Server, Socket } from 'socket.io'
import type { WireEvent } from '#protocol'
import type { Microphone } from '#rooms'
import type { Session } from './session.ts'

interface Downstream {
  event: (event: WireEvent) => void
}

/** What the hub keeps on a socket: set by the auth middleware, so always there. */
interface SocketData {
  session: Session
  /** What it records, and for which room: one stream a socket. */
  microphone?: { room: string; microphone: Microphone }
}

// Commands come in by one listener that parses what it gets, so upstream events have no types.
export type HubServer = Server<DefaultEventsMap, Downstream, DefaultEventsMap, SocketData>
export type HubSocket = Socket<DefaultEventsMap, Downstream, DefaultEventsMap, SocketData>
