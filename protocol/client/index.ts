/**
 * The typed client, for browsers and Node: it connects, joins rooms, follows each room's log over
 * reconnections without a gap or a duplicate, and repeats what was not acked. It may touch the rest of
 * protocol/ and socket.io-client only.
 *
 * ```ts
 * const hub = connectHub({ url: 'http://localhost:8080', token })
 * const room = await hub.join('standup', { name: 'Ana' })
 * room.on('talkback.said', (event) => console.log(event.data.text))
 * await room.caption('We ship on Tuesday.')
 * ```
 */

export type { Ack, AgentView, CaseView, ParticipantView, Snapshot } from '../acks.ts'
export type { CommandInput, CommandName } from '../commands.ts'
export { type ErrorCode, HubError } from '../errors.ts'
export type {
  BlankEvent,
  EphemeralEvent,
  PendingEvent,
  RoomEvent,
  Summary,
  SummaryItem,
  WireEvent,
} from '../events.ts'
export { reduceCases } from './cases.ts'
export { type ConnectOptions, connectHub, type Hub, type HubNotices } from './hub.ts'
export type {
  EventType,
  JoinRoomOptions,
  LiveRoom,
  MicrophoneOptions,
  OpenMicrophone,
  RoomNotices,
} from './live-room.ts'
export { reduceRoom } from './reduce.ts'
export type { HubSocket, OpenSocket, SocketHandlers } from './socket.ts'
export { type ChatLine, type Line, type RoomState, stateOf, type Talkback } from './state.ts'
