import { z } from 'zod'
import { type BlankEvent, type RoomEvent, Summary, Workflow } from './events.ts'
import { ExpiryDecision, Gravity, PolicyAction } from './policy.ts'
import { RoomSettings } from './settings.ts'

const seq = z.number().int().nonnegative()
const ms = z.number().int().nonnegative()
/** Events in acks were checked when they were written; here they only need to be events. */
const events = z.array(
  z.looseObject({ type: z.string(), seq, at: ms, room: z.string() }),
) as unknown as z.ZodType<(RoomEvent | BlankEvent)[]>

export const ParticipantView = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(['person', 'agent']),
  media: z.enum(['local', 'livekit']),
  muted_until: ms.nullable().optional().describe('null: until undone; absent: not muted'),
  opted_out: z.boolean(),
})
export type ParticipantView = z.infer<typeof ParticipantView>

export const AgentState = z.enum(['idle', 'listening', 'thinking', 'speaking'])
export type AgentState = z.infer<typeof AgentState>

export const AgentView = z.object({
  id: z.string(),
  name: z.string(),
  workflow: Workflow,
  state: AgentState,
})
export type AgentView = z.infer<typeof AgentView>

/** `open`: an action is proposed, nothing is done yet, a person decides. `acted`: done, and may be reviewed. */
export const CaseStatus = z.enum(['open', 'acted', 'approved', 'rejected', 'undone', 'expired'])
export type CaseStatus = z.infer<typeof CaseStatus>

export const CaseView = z.object({
  case: z.string(),
  room: z.string(),
  status: CaseStatus,
  target: z.string(),
  target_name: z.string(),
  action: PolicyAction.nullable().describe('done, or while `open` proposed'),
  minutes: z.number().nullable(),
  until: ms.nullable(),
  reason: z.string(),
  by: z.string(),
  stage: z.string(),
  categories: z.array(z.string()),
  scores: z.record(z.string(), z.number()),
  evidence: z.array(seq),
  opened_at: ms,
  decided_at: ms.nullable(),
  decided_by: z.string().nullable(),
  note: z.string().nullable(),
  gravity: Gravity,
  expires_at: ms.nullable().describe('while `open`: when `on_expiry` decides it'),
  on_expiry: ExpiryDecision.nullable().describe('while `open`'),
  claimed_by: z.string().nullable().describe('the moderator who is at it, as a courtesy'),
})
export type CaseView = z.infer<typeof CaseView>

const cases = z.array(CaseView)
/** Sockets are told what matters now; lists are what REST is for. */
const CASES_TOLD =
  'open ones, the gravest and longest waiting first, then the newest: at most 100, and 128 KB; REST pages all'

export const Snapshot = z.object({
  room: z.object({
    name: z.string(),
    status: z.enum(['open', 'closed']),
    opened_at: ms,
    listening: z.boolean().describe('whether agents read along'),
    settings: RoomSettings,
  }),
  participants: z.array(ParticipantView),
  agents: z.array(AgentView),
  summary: Summary.nullable(),
  cases: cases.optional().describe(`for moderators: ${CASES_TOLD}`),
  upto: seq,
})
export type Snapshot = z.infer<typeof Snapshot>

const done = { ok: z.literal(true), duplicate: z.literal(true).optional() }

/** What each command's ack holds when it went well. */
export const acks = {
  'room.join': z.object({
    ...done,
    epoch: z.number().int().nonnegative(),
    seq,
    recovered: z.boolean(),
    events,
    more: z.literal(true).optional(),
    snapshot: Snapshot.optional(),
  }),
  'room.history': z.object({ ...done, events, more: z.boolean() }),
  'room.leave': z.object(done),
  'caption.push': z.object({ ...done, seq: seq.optional() }),
  'audio.start': z.object(done),
  'audio.stop': z.object(done),
  'chat.send': z.object({ ...done, seq }),
  'transcription.set': z.object(done),
  'agent.ask': z.object({ ...done, run: z.string() }),
  'agent.interrupt': z.object({ ...done, runs: z.array(z.string()) }),
  'moderation.act': z.object({ ...done, case: z.string() }),
  'moderation.review': z.object(done),
  'moderation.claim': z.object(done),
  'desk.watch': z.object({ ...done, cases: cases.describe(CASES_TOLD) }),
  'auth.refresh': z.object({
    ...done,
    rooms: z.object({ kept: z.array(z.string()), lost: z.array(z.string()) }),
  }),
} as const

export type Ack<N extends keyof typeof acks> = z.output<(typeof acks)[N]>
