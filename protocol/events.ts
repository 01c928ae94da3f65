import { z } from 'zod'
import { ExpiryDecision, Gravity, PolicyAction } from './policy.ts'
import { RoomSettings } from './settings.ts'

const ms = z.number().int().nonnegative()
const seq = z.number().int().nonnegative()
const evidence = z.array(seq)
/** Sent as a binary attachment. */
const binary = z
  .instanceof(Uint8Array<ArrayBufferLike>)
  .meta({ type: 'string', contentEncoding: 'binary' })

export const Actor = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(['person', 'agent', 'system']),
})
export type Actor = z.infer<typeof Actor>

export const Workflow = z.enum(['auto_join', 'summarization', 'moderation', 'qa'])
export type Workflow = z.infer<typeof Workflow>

export const ModerationAction = z.enum(['warn', 'mute', 'remove', 'restore'])
export type ModerationAction = z.infer<typeof ModerationAction>

export const ReviewDecision = z.enum(['approve', 'reject', 'undo'])
export type ReviewDecision = z.infer<typeof ReviewDecision>

/** One point of a summary; `evidence` are the seqs of the turns that say so. */
export const SummaryItem = z.object({
  text: z.string(),
  who: z.string().optional(),
  due: z.string().optional(),
  evidence,
})
export type SummaryItem = z.infer<typeof SummaryItem>

export const Summary = z.object({
  version: z.number().int().nonnegative(),
  upto: seq,
  key_points: z.array(SummaryItem),
  decisions: z.array(SummaryItem),
  action_items: z.array(SummaryItem),
  topics: z.array(SummaryItem),
})
export type Summary = z.infer<typeof Summary>

/** Events with a seq: committed to Postgres before anyone sees them. */
export const durableEvents = {
  'room.opened': z.object({}),
  'room.closed': z.object({ reason: z.enum(['closed', 'empty']) }),
  'participant.joined': z.object({ media: z.enum(['local', 'livekit']) }),
  'participant.updated': z.object({
    name: z.string().optional(),
    muted_until: ms.nullable().optional().describe('null: until undone, 0: no longer muted'),
    opted_out: z.boolean().optional(),
  }),
  'participant.left': z.object({ reason: z.enum(['left', 'lost', 'removed', 'closed']) }),
  'transcript.final': z.object({
    segment: z.string(),
    text: z.string(),
    start_ms: ms.optional(),
    end_ms: ms.optional(),
    confidence: z.number().optional(),
    source: z.enum(['caption', 'speech']),
  }),
  'transcript.gap': z.object({ from_ms: ms, to_ms: ms, reason: z.string() }),
  'chat.message': z.object({ text: z.string() }),
  'talkback.said': z.object({
    run: z.string().optional(),
    agent: z.string(),
    text: z.string(),
    voice: z.boolean(),
    citations: evidence.optional(),
    interrupted: z.boolean().optional(),
  }),
  'summary.updated': Summary,
  'moderation.flagged': z.object({
    case: z.string(),
    target: z.string(),
    categories: z.array(z.string()),
    scores: z.record(z.string(), z.number()),
    evidence,
    stage: z.string(),
    target_name: z.string().optional(),
    gravity: Gravity.optional(),
    reason: z.string().optional().describe('names the rule, never what was said'),
    action: PolicyAction.optional().describe('proposed: the case waits for a person'),
    minutes: z.number().optional(),
    expires_at: ms.optional().describe('when `on_expiry` decides a case that waits'),
    on_expiry: ExpiryDecision.optional(),
  }),
  'moderation.acted': z.object({
    case: z.string().optional(),
    target: z.string(),
    target_name: z.string().optional(),
    action: ModerationAction,
    minutes: z.number().optional(),
    until: ms.optional(),
    reason: z.string().optional(),
    by: z.string().optional().describe('`policy` or a user id'),
  }),
  'moderation.reviewed': z.object({
    case: z.string(),
    decision: ReviewDecision,
    note: z.string().optional(),
  }),
  'run.started': z.object({
    run: z.string(),
    workflow: Workflow,
    question: z.string().optional().describe('what was asked, for those who hear the answer'),
    asked_by: z.string().optional(),
  }),
  'run.finished': z.object({
    run: z.string(),
    status: z.enum(['done', 'failed', 'interrupted', 'timed_out']),
    error: z.string().optional(),
  }),
} as const

/** Events without a seq: dropped first when a reader is slow, never replayed. */
export const ephemeralEvents = {
  'participant.speaking': z.object({
    speaking: z.boolean().describe('heard by voice activity, before there are words'),
  }),
  'transcription.delayed': z.object({
    behind_ms: ms.describe('how far words are behind the sound; 0: no longer'),
  }),
  'transcript.partial': z.object({ segment: z.string(), text: z.string() }),
  'talkback.delta': z.object({
    run: z.string(),
    agent: z.string(),
    index: z.number().int().nonnegative(),
    text: z.string().describe('the text so far'),
  }),
  'talkback.audio': z.object({
    run: z.string(),
    agent: z.string(),
    index: z.number().int().nonnegative(),
    sample_rate: z.number().int().positive(),
    pcm: binary.describe('PCM16, one channel, little-endian'),
  }),
  'talkback.stop': z.object({ run: z.string() }),
  'agent.state': z.object({
    agent: z.string(),
    state: z.enum(['idle', 'listening', 'thinking', 'speaking']),
  }),
  'room.updated': z.object({ settings: RoomSettings }),
  'room.degraded': z.object({ pending: z.number().int().nonnegative() }),
  'room.recovered': z.object({}),
  'moderation.claimed': z.object({
    case: z.string(),
    by: z.string().nullable().describe('who is at the case; null: nobody any more'),
  }),
  'server.draining': z.object({ reconnect_in_ms: ms }),
} as const

export type DurableType = keyof typeof durableEvents
export type EphemeralType = keyof typeof ephemeralEvents
export type DurableData<T extends DurableType> = z.infer<(typeof durableEvents)[T]>
export type EphemeralData<T extends EphemeralType> = z.infer<(typeof ephemeralEvents)[T]>

/** A committed event as the room keeps it, before anyone's view of it. */
export type RoomEvent = {
  [T in DurableType]: {
    room: string
    epoch: number
    seq: number
    /** The event's own id; a pending event and its committed form share it. */
    id: string
    at: number
    type: T
    actor: Actor
    data: DurableData<T>
    /** For that person only (and its author). */
    to?: string
    erased?: true
  }
}[DurableType]

export type RoomEventOf<T extends DurableType> = Extract<RoomEvent, { type: T }>

/** What a writer hands to the log: the log adds room, epoch, seq, id and time. */
export type EventDraft = {
  [T in DurableType]: { type: T; actor: Actor; data: DurableData<T>; to?: string }
}[DurableType]

/** An event that no log keeps. */
export type EphemeralEvent = {
  [T in EphemeralType]: {
    room: string
    epoch: number
    at: number
    type: T
    actor: Actor
    data: EphemeralData<T>
    to?: string
  }
}[EphemeralType]

export type EphemeralDraft = {
  [T in EphemeralType]: { type: T; actor: Actor; data: EphemeralData<T>; to?: string }
}[EphemeralType]

/** What a reader may get in an event's place. */
export interface BlankEvent {
  room: string
  epoch: number
  seq: number
  at: number
  type: 'hidden' | 'erased'
}

/** A durable event while Postgres is away: shown, not yet kept; it comes again with a seq and the same id. */
export type PendingEvent = {
  [T in DurableType]: Omit<RoomEventOf<T>, 'seq'> & { pending: true }
}[DurableType]

/** Everything that arrives under the socket event `event`. */
export type WireEvent = RoomEvent | BlankEvent | EphemeralEvent | PendingEvent
