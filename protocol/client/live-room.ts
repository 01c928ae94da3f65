import type { Ack, AgentView, CaseView, ParticipantView } from '../acks.ts'
import type { Command } from '../commands.ts'
import type { ErrorCode, HubError } from '../errors.ts'
import type { PendingEvent, Summary, WireEvent } from '../events.ts'
import type { PolicyAction } from '../policy.ts'
import type { ChatLine, Line, RoomState, Talkback } from './state.ts'

export interface JoinRoomOptions {
  /** `watch` reads along and is nobody's participant. Default: `participant`. */
  as?: 'participant' | 'watch'
  /** The display name in the room. Default: the token's. */
  name?: string
  /** How many events to keep in memory. Default: 10,000. */
  keep?: number
  /** How many events from before the join to fetch, for transcript, chat and talkback. Default: 0. */
  history?: number
}

export interface MicrophoneOptions {
  /** Samples a second of what will be written: 8,000 to 48,000. */
  sampleRate: number
  /** It is over, and nobody closed it: the person may not be heard any more, or the room has ended. */
  onEnd?: (error: HubError) => void
}

/** A microphone that the hub hears. It survives reconnections; what is said while the connection is cut, nobody hears. */
export interface OpenMicrophone {
  /** Whether the hub hears it now. */
  readonly heard: boolean
  /** Sound as it comes: 16-bit samples of one channel. */
  write(pcm: Int16Array): void
  /** What was said until now is still transcribed. */
  close(): Promise<void>
}

/** What a room tells besides its events. */
export interface RoomNotices {
  /** Any change of state: render again. */
  change: undefined
  /** The connection is gone; it comes back by itself. */
  disconnected: { code: number | undefined }
  /** Back, with everything that was missed. */
  recovered: { missed: number }
  /** What was known is void: the log began anew, or goes back less far. The state is the present one. */
  reset: undefined
  /** The room is over for this client. `leave` when asked for, else why. */
  ended: { reason: 'leave' | ErrorCode; error?: HubError }
}

export type EventType = WireEvent['type']
type EventOf<T extends EventType> = Extract<WireEvent, { type: T }>

/**
 * A room as a live object. It follows the log over reconnections, each event once and in order. What is erased
 * meanwhile comes once more, at its old seq, as `erased`: it is gone from `events` and `state` then.
 */
export interface LiveRoom {
  readonly name: string
  readonly epoch: number
  readonly seq: number
  readonly state: RoomState
  /** `live` while the present is shown, `catching_up` after a cut, `ended` for good. */
  readonly status: 'live' | 'catching_up' | 'ended'
  /** The most recent durable events, oldest first; hidden and erased ones hold their places. */
  readonly events: readonly WireEvent[]
  readonly participants: readonly ParticipantView[]
  readonly agents: readonly AgentView[]
  /** Finals in order, then what is being said now. */
  readonly transcript: readonly Line[]
  readonly summary: Summary | undefined
  readonly cases: readonly CaseView[]
  /** The room's chat, private messages to and from us included. */
  readonly messages: readonly ChatLine[]
  readonly talkback: readonly Talkback[]
  readonly pending: readonly PendingEvent[]
  /** The ids of those who are speaking aloud now. */
  readonly speaking: readonly string[]

  /** Listens to events of one type, to all (`*`), or to a notice. Returns what ends it. */
  on(type: '*', listener: (event: WireEvent) => void): () => void
  on<T extends keyof RoomNotices>(notice: T, listener: (data: RoomNotices[T]) => void): () => void
  on<T extends EventType>(type: T, listener: (event: EventOf<T>) => void): () => void
  /** Every event from now on, until the room ends. */
  stream(): AsyncIterable<WireEvent>
  /** Waits until the predicate gives something truthy, and gives that. Throws `timed_out`. */
  when<T>(predicate: (room: LiveRoom) => T, timeoutMs: number): Promise<NonNullable<T>>

  caption(
    text: string,
    options?: { segment?: string; final?: boolean; startMs?: number; endMs?: number; id?: string },
  ): Promise<Ack<'caption.push'>>
  /**
   * Has the hub hear a microphone: what is said becomes the person's transcript. One for each connection: another,
   * in any room, ends this one. Rejects when the person may not be heard.
   */
  openMicrophone(options: MicrophoneOptions): Promise<OpenMicrophone>
  chat(text: string, options?: { to?: string; id?: string }): Promise<Ack<'chat.send'>>
  ask(question: string, options?: { private?: boolean; id?: string }): Promise<Ack<'agent.ask'>>
  interrupt(run?: string): Promise<Ack<'agent.interrupt'>>
  act(
    target: string,
    action: Command<'moderation.act'>['action'],
    options?: { reason?: string; minutes?: number; id?: string },
  ): Promise<Ack<'moderation.act'>>
  review(
    caseId: string,
    decision: Command<'moderation.review'>['decision'],
    options?: {
      note?: string
      minutes?: number
      /** With `approve`: in place of what was proposed. */
      action?: PolicyAction
      id?: string
    },
  ): Promise<Ack<'moderation.review'>>
  /** Tells other moderators that one is at a case, or no more. It lapses after 5 minutes. */
  claim(caseId: string, on: boolean): Promise<Ack<'moderation.claim'>>
  setTranscription(on: boolean): Promise<Ack<'transcription.set'>>
  history(after: number, limit?: number): Promise<Ack<'room.history'>>
  /** Ends this room for this client now. Others see the person leave 10 s after their last connection has. */
  leave(): Promise<void>
}
