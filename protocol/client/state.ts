import type { AgentView, CaseView, ParticipantView, Snapshot } from '../acks.ts'
import type { Actor, PendingEvent, Summary } from '../events.ts'
import type { RoomSettings } from '../settings.ts'

/** What a person said: a final, or what was understood so far. */
export interface Line {
  segment: string
  speaker: Actor
  text: string
  at: number
  final: boolean
  /** Absent while it is partial or pending. */
  seq?: number
}

export interface ChatLine {
  id: string
  from: Actor
  text: string
  at: number
  /** For that person only. */
  to?: string
  /** Absent while it is pending. */
  seq?: number
}

/** What an agent says: while it speaks the text so far, then the whole. */
export interface Talkback {
  run?: string
  agent: string
  name: string
  text: string
  at: number
  done: boolean
  citations: number[]
  interrupted: boolean
  to?: string
  seq?: number
}

/** A room as its events tell it. Never changed in place. */
export interface RoomState {
  name: string
  epoch: number
  /** The last event that is folded in. */
  seq: number
  status: 'open' | 'closed'
  openedAt: number
  /** Whether agents read along. */
  listening: boolean
  settings: RoomSettings
  participants: readonly ParticipantView[]
  agents: readonly AgentView[]
  summary: Summary | undefined
  /** For moderators; empty for others. */
  cases: readonly CaseView[]
  /** Finals, in the order of their seqs. */
  finals: readonly Line[]
  /** What is being said now, one line a segment. */
  partials: readonly Line[]
  chat: readonly ChatLine[]
  talkback: readonly Talkback[]
  /** Said, but not yet kept: the hub's database is away. */
  pending: readonly PendingEvent[]
  /** The ids of those who are speaking aloud now. */
  speaking: readonly string[]
  /** How far the transcript is behind what is said, ms; 0 while nobody notices it. */
  transcriptBehindMs: number
  degraded: boolean
  moderates: boolean
}

export function stateOf(snapshot: Snapshot, epoch: number, seq: number): RoomState {
  return {
    name: snapshot.room.name,
    epoch,
    seq,
    status: snapshot.room.status,
    openedAt: snapshot.room.opened_at,
    listening: snapshot.room.listening,
    settings: snapshot.room.settings,
    participants: snapshot.participants,
    agents: snapshot.agents,
    summary: snapshot.summary ?? undefined,
    cases: snapshot.cases ?? [],
    finals: [],
    partials: [],
    chat: [],
    talkback: [],
    pending: [],
    speaking: [],
    transcriptBehindMs: 0,
    degraded: false,
    moderates: snapshot.cases !== undefined,
  }
}

/** Before the hub has said anything of a room. */
export function nothingYet(name: string): RoomState {
  const settings = {
    ...{ moderators_see_private: false, empty_timeout_ms: 0 },
    ...{ voice: true, record: 'off' as const, record_days: 30 },
    ...{ retention_days: null, admins_may_read: false },
  }
  const room = { name, status: 'open' as const, opened_at: 0, listening: false, settings }
  return stateOf({ room, participants: [], agents: [], summary: null, upto: 0 }, 0, 0)
}
