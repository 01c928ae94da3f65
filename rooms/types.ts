import type { Tx } from '#db'
import type {
  Ack,
  AgentState,
  AgentView,
  BlankEvent,
  CaseView,
  Command,
  DurableType,
  EphemeralDraft,
  EphemeralEvent,
  EventDraft,
  PendingEvent,
  Principal,
  RestrictionView,
  Right,
  RoomEvent,
  RoomSettings,
  RoomView,
  Snapshot,
  Summary,
  Workflow,
} from '#protocol'
import type { TraceContexts } from './log/tracing.ts'
import type { Consent, LogLoad } from './log/types.ts'
import type { RoomMedia, VoiceSink } from './media/types.ts'
import type { ActionRequest, Proposal, ReviewOptions } from './moderation/types.ts'
import type { RoomPrivacy } from './privacy/types.ts'
import type { Microphone } from './speech/types.ts'

/** A live connection of a person, as a room knows it. */
export interface Connection {
  id: string
  principal: Principal
}

/** What a room tells its node: sockets and agents read this, and nothing else of a room's inside. */
export type RoomSignal =
  /**
   * Committed events, in the order of their seqs, without a gap. `contexts`: of those that are traced,
   * where their trace goes on.
   */
  | { kind: 'events'; room: Room; events: RoomEvent[]; contexts?: TraceContexts }
  | { kind: 'ephemeral'; room: Room; event: EphemeralEvent }
  /** An event that waits for Postgres; it comes again under `events` with the same id. */
  | { kind: 'pending'; room: Room; event: PendingEvent }
  /** These connections are in the room no more. */
  | {
      kind: 'detached'
      room: Room
      connections: string[]
      reason: Detached
    }
  /** A person is about to be erased: what is under way for them ends, and nothing about them is remembered. */
  | { kind: 'forgotten'; room: Room; person: string; wait: Wait }
  /**
   * What these events said is erased: whoever remembers or repeats it has to forget it. `tombstones` stand in the
   * place of those that still have one. `anew`: more may be remembered of it than is known.
   */
  | {
      kind: 'redacted'
      room: Room
      seqs: number[]
      tombstones: BlankEvent[]
      anew: boolean
      wait: Wait
    }
  /** Rights of members changed: readers' views must be asked for again. */
  | { kind: 'rights'; room: Room }
  /** Whether somebody is muted or removed is another than before; `Room.restricted` says what holds now. */
  | { kind: 'restricted'; room: Room; target: string }
  /** The room is in this node's memory, or no longer. */
  | { kind: 'opened' | 'released'; room: Room }
  /** It is gone with its log. */
  | { kind: 'erased'; room: Room; wait: Wait }

/** `forgotten`: they are erased; they come back as anybody who is new. */
export type Detached = 'removed' | 'revoked' | 'closed' | 'forgotten'

/** Given work that has to be over before what was signalled counts as done; called while the signal is handled. */
export type Wait = (work: Promise<unknown>) => void

/** How a room's signals reach the rest of the node. In process now; the fleet adds the Redis form. */
export interface Bus {
  publish(signal: RoomSignal): void
  /** Returns what ends the subscription. */
  subscribe(listener: (signal: RoomSignal) => void): () => void
}

export interface JoinOptions {
  as: 'participant' | 'watch'
  name?: string
  since?: { epoch: number; seq: number }
}

export type JoinResult = Omit<Ack<'room.join'>, 'ok' | 'duplicate'> & {
  as: 'participant' | 'watch'
}

/** Which agent of a room does something. */
export interface RoomAgent {
  id: string
  name: string
  workflow: Workflow
}

export interface AppendOptions {
  /** Makes a repeated command known, also after a restart: as `once` gives it. */
  commandId?: string
  /** Rows that must be committed with the events, or not at all. Runs in the append's transaction. */
  also?: (tx: Tx) => Promise<void>
  /** What people were told of, or said, by these events. */
  consents?: Consent[]
}

/**
 * A live room on the node that owns it. Commands take the principal, check rights, and throw
 * `HubError` with a code of the catalogue. What they return is committed.
 */
export interface Room {
  readonly id: string
  readonly name: string
  readonly epoch: number
  /** The last committed seq; every event up to it has been signalled. */
  readonly head: number
  readonly status: 'open' | 'closed'
  readonly owner: string
  readonly openedAt: number
  readonly settings: RoomSettings

  rightsOf(principal: Principal): Right[]
  /**
   * Throws `not_found` when the principal may not even watch, `removed` when a moderator removed them,
   * `forbidden` when only this right is missing.
   */
  require(principal: Principal, right: Right): void
  participants(): Snapshot['participants']
  isPresent(userId: string): boolean
  /** Whether someone is here by a connection that may moderate. */
  moderates(userId: string): boolean
  agents(): AgentView[]
  view(): RoomView

  /**
   * `attach` is called once, in one tick with what the result says: no event at or below its `seq` is
   * signalled after it, none above before it.
   */
  join(
    connection: Connection,
    options: JoinOptions,
    attach: (result: JoinResult) => void,
  ): Promise<void>
  /**
   * As `join`, for who came by media: here from then on, until `leave`. Throws as `join` does, but waits for
   * the commit however long that takes.
   */
  arrive(connection: Connection, options: { name: string; media: 'livekit' }): Promise<void>
  /** The connection left or was cut. A participant is gone 10 s after the last one, unless back by then. */
  leave(connectionId: string): void
  /** `since` as in resume: events after a seq, at most `limit`, each in the principal's view. */
  history(
    principal: Principal,
    after: number,
    limit: number,
  ): Promise<Omit<Ack<'room.history'>, 'ok'>>

  caption(
    principal: Principal,
    command: Command<'caption.push'>,
  ): Promise<{ seq?: number; duplicate?: true }>
  /**
   * Opens the microphone of a person who is here. Throws as `caption` does, and `conflict` where sound is not transcribed.
   * `local`: it comes by their own socket, by which they hear the agents then.
   */
  openMicrophone(principal: Principal, options: { sampleRate: number; local?: boolean }): Microphone
  /**
   * Logs speech that nobody heard, such as while the hub was away, as `transcript.gap`; without `userId` it may have
   * been anybody's. Times are epoch ms.
   */
  missed(lost: { userId?: string; from: number; to: number; reason: string }): Promise<void>
  /** Whether what agents say is said aloud: the room wants it, and somebody is there to hear. */
  hearsVoice(): boolean
  /** Where the voice of one talkback goes, to all who hear it now. Its `write` throws when nobody does any more. */
  openVoice(talkback: { run: string; agent: string }): VoiceSink
  /** The room's media beyond its sockets, or that there is none any more. */
  attachMedia(media: RoomMedia | undefined): void
  chat(
    principal: Principal,
    command: Command<'chat.send'>,
  ): Promise<{ seq: number; duplicate?: true }>
  setTranscription(principal: Principal, on: boolean, commandId?: string): Promise<void>
  act(
    principal: Principal,
    command: Command<'moderation.act'>,
  ): Promise<{ case: string; duplicate?: true }>
  review(
    principal: Principal,
    command: Command<'moderation.review'>,
    options?: ReviewOptions,
  ): Promise<{ duplicate?: true }>
  /** Tells other moderators who is at a case. Throws `conflict` when another is. */
  claim(principal: Principal, command: Command<'moderation.claim'>): Promise<object>
  /** Ends the room for everyone; it keeps its log and can be joined, and so opened, again. `by`: who wants it. */
  close(reason: 'closed' | 'empty', by?: Principal): Promise<void>

  /** For agents and the policy: durable events, committed together when the promise resolves. */
  append(drafts: EventDraft[], options?: AppendOptions): Promise<RoomEvent[]>
  /** For agents: events that no log keeps. */
  emit(draft: EphemeralDraft): void
  /** For the policy: as `act`, without a principal. Undefined when `allowed` said no. */
  enforce(request: ActionRequest): Promise<{ case: string } | undefined>
  /** For the policy: a case that waits for a person. Proposed again under its id, it stays as it is. */
  propose(proposal: Proposal): Promise<{ case: string }>
  /** Decides a case whose time is over; false when somebody has decided it already. */
  expire(caseId: string, decision: 'approve' | 'reject', first?: EventDraft[]): Promise<boolean>
  /** The most recent moderation cases about someone, newest first: the ladder counts its strikes on them. */
  casesAbout(userId: string): Promise<CaseView[]>
  cases(): Promise<CaseView[]>
  /** Cases that wait for a person. */
  openCases(): CaseView[]
  /** Any case of the room, however old. */
  caseOf(caseId: string): Promise<CaseView | undefined>
  /** Who is muted or removed now. */
  restricted(): RestrictionView[]
  /** Committed events of these types after a seq, oldest first, unfiltered: for agents, never for people. */
  read(types: readonly DurableType[], after: number, limit?: number): Promise<RoomEvent[]>
  summary(): Summary | undefined
  /** Erases what these events say and who said it; their seqs stay and read as `erased`. */
  erase(seqs: number[]): Promise<void>
  setAgents(agents: RoomAgent[]): void
  setAgentState(agentId: string, state: AgentState): void
  /**
   * Wraps every command that writes (the commands above do not do it themselves): its outcome is known
   * under its id for 10 minutes, also after a restart, and a second call gets the first's outcome with
   * `duplicate`. Waits at most 10 s for Postgres, then throws `degraded`; what waits is kept.
   */
  once<T extends object>(
    principal: Principal,
    id: string | undefined,
    run: (commandId: string | undefined) => Promise<T>,
  ): Promise<T & { duplicate?: true }>
}

/** How far a live room's log is behind what was said to it. */
export interface RoomLoad extends LogLoad {
  room: Room
}

/** All rooms of this node. */
export interface Rooms {
  /** The live room, loaded if need be. Throws `not_found` when there is none or the principal may not watch it. */
  get(name: string, principal: Principal): Promise<Room>
  /** As `get`; makes the room when there is none and the principal may join one of that name. */
  enter(name: string, principal: Principal): Promise<Room>
  /** Throws `conflict` when there is one of that name that the principal knows of, `not_found` when they may not make it. */
  create(principal: Principal, name: string, settings: Partial<RoomSettings>): Promise<Room>
  /** The room that a case belongs to. Throws `not_found`, or `forbidden` for who reads the room without moderating it. */
  ofCase(caseId: string, principal: Principal): Promise<Room>
  /** Live rooms on this node. */
  live(): Room[]
  /** The same, with what each one's log is waiting for. */
  load(): RoomLoad[]
  /** Every room that the principal moderates or owns, by name: for desks. */
  moderated(principal: Principal): Promise<Room[]>
  /** Erasing people, and what is too old. */
  readonly privacy: RoomPrivacy
  /** Erases the room and its log. */
  remove(principal: Principal, name: string): Promise<void>
  changeSettings(
    principal: Principal,
    name: string,
    settings: Partial<RoomSettings>,
  ): Promise<RoomView>
  setMember(principal: Principal, name: string, userId: string, rights: Right[]): Promise<void>
  removeMember(principal: Principal, name: string, userId: string): Promise<void>
  /** Brings the rooms to life that were open when the node went down. */
  start(): Promise<void>
  /** Whether Postgres answers and this node holds its lease. */
  ready(): boolean
  /** Flushes what is pending (until `withinMs`), gives rooms and lease back. */
  stop(withinMs: number): Promise<void>
}
