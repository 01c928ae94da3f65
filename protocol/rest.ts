import { z } from 'zod'
import { AgentState, CaseStatus } from './acks.ts'
import { commands } from './commands.ts'
import { ERRORS, type ErrorCode } from './errors.ts'
import { Summary, Workflow } from './events.ts'
import { ModerationPolicy, SomeModerationPolicy } from './policy.ts'
import { Right } from './principal.ts'
import { RoomSettings } from './settings.ts'
import { personName, roomName, userId } from './text.ts'

const ms = z.number().int().nonnegative()

/** What goes on in an open room, for who may watch it. */
export const RoomActivity = z.object({
  agents: z.array(z.object({ workflow: Workflow, state: AgentState })),
  open_cases: z
    .number()
    .int()
    .nonnegative()
    .optional()
    .describe('cases that wait for a person; for moderators'),
  heat: z.number().min(0).max(1).describe('how heated the talk has been of late'),
  turns_per_minute: z.number().nonnegative().describe('what was said in the last minute'),
})
export type RoomActivity = z.infer<typeof RoomActivity>

/** A room as REST shows it. */
export const RoomView = z.object({
  name: z.string(),
  status: z.enum(['open', 'closed']),
  owner: z.string(),
  media: z.enum(['local', 'livekit']),
  opened_at: ms,
  closed_at: ms.optional(),
  participants: z.number().int().nonnegative().describe('people in the room now'),
  epoch: z.number().int().nonnegative(),
  seq: z.number().int().nonnegative(),
  settings: RoomSettings,
  activity: RoomActivity.optional().describe('in lists, of open rooms that you may watch'),
})
export type RoomView = z.infer<typeof RoomView>

/** Some of the settings. Without defaults: what is left out stays as it is. */
export const SomeRoomSettings = z.object({
  moderators_see_private: RoomSettings.shape.moderators_see_private.unwrap().exactOptional(),
  empty_timeout_ms: RoomSettings.shape.empty_timeout_ms.unwrap().exactOptional(),
  voice: RoomSettings.shape.voice.unwrap().exactOptional(),
  record: RoomSettings.shape.record.unwrap().exactOptional(),
  record_days: RoomSettings.shape.record_days.unwrap().exactOptional(),
  retention_days: RoomSettings.shape.retention_days.unwrap().exactOptional(),
  admins_may_read: RoomSettings.shape.admins_may_read.unwrap().exactOptional(),
})

export const CreateRoom = z.object({ name: roomName, settings: SomeRoomSettings.optional() })
export const PatchRoom = z.object({ settings: SomeRoomSettings })
export const MemberView = z.object({ user: z.string(), rights: z.array(Right) })
export const PutMember = z.object({ rights: z.array(Right).min(1).max(3) })

export const AgentConfig = z.object({
  workflow: Workflow,
  enabled: z.boolean(),
  name: z.string(),
  settings: ModerationPolicy.optional().describe('of `moderation`: its policy in the room'),
})
export type AgentConfig = z.infer<typeof AgentConfig>
export const PutAgent = z
  .object({
    enabled: z.boolean(),
    name: personName,
    settings: SomeModerationPolicy.describe('of `moderation`; what is left out stays as it is'),
  })
  .partial()

export const ReviewCase = commands['moderation.review'].omit({ id: true, case: true })
export const ClaimCase = commands['moderation.claim'].omit({ id: true, case: true })

/** Who may not speak, or may not be in the room, and by which case. */
export const RestrictionView = z.object({
  target: z.string(),
  target_name: z.string(),
  kind: z.enum(['muted', 'removed']),
  until: ms.nullable().describe('null: until undone'),
  case: z.string().nullable(),
})
export type RestrictionView = z.infer<typeof RestrictionView>

const seq = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER)

/** `?after&limit` of a room's events: those after a seq. */
export const EventsQuery = z.object({
  after: seq.default(0),
  cursor: seq.optional().describe('`next_cursor` of an earlier page, in place of `after`'),
  limit: z.coerce.number().int().min(1).max(100).default(50),
})

/** A final turn of a room's transcript. */
export const TranscriptTurn = z.object({
  seq: z.number().int().nonnegative(),
  at: ms,
  speaker: z.object({ id: z.string(), name: z.string() }),
  text: z.string(),
  start_ms: ms.optional(),
  end_ms: ms.optional(),
})
export type TranscriptTurn = z.infer<typeof TranscriptTurn>

/** A meeting's record in one piece: what came of it, who was there, and what was said. */
export const Minutes = z.object({
  room: z.string(),
  opened_at: ms.nullable().describe('when the room was first opened'),
  closed_at: ms.nullable().describe('when it was closed; null while it is open'),
  participants: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      turns: z.number().int().nonnegative().describe('how often the person spoke'),
      words: z.number().int().nonnegative(),
    }),
  ),
  summary: Summary.nullable().describe('null before the first'),
  transcript: z.array(TranscriptTurn),
})
export type Minutes = z.infer<typeof Minutes>

/** What a rule of arrival says of one agent; what is left out is as the product has it. */
const RuleAgentView = PutAgent.extend({ name: z.string().optional() })

const rule = {
  pattern: 'the name of a LiveKit room, where `*` stands for any text: `team-*`',
  agents: 'how the agents of such a room are set when it is made',
}
const position = z.number().int().min(0)
const ruleFields = {
  position: position
    .max(1_000_000)
    .describe('the first rule that fits a name is the one that counts'),
  join: z.boolean().describe('false: agents stay out until somebody sends them in'),
  owner: userId
    .nullable()
    .describe('who owns the rooms that are made; null: the operator, `local`'),
  settings: SomeRoomSettings.describe('the settings of such a room when it is made'),
}

/** What the hub does about LiveKit rooms whose names fit a pattern. */
export const ArrivalRuleView = z.object({
  ...ruleFields,
  position: position.describe('may be over what can be set: after all others'),
  id: z.uuid(),
  pattern: z.string().describe(rule.pattern),
  agents: z.partialRecord(Workflow, RuleAgentView).describe(rule.agents),
  created_at: ms,
})
export type ArrivalRuleView = z.infer<typeof ArrivalRuleView>
export const PatchArrivalRule = z
  .object({
    ...ruleFields,
    pattern: roomName.describe(rule.pattern),
    agents: z.partialRecord(Workflow, PutAgent).describe(rule.agents),
  })
  .partial()
/** Without a position it comes after all others. */
export const CreateArrivalRule = PatchArrivalRule.required({ pattern: true })

/** Agents in a LiveKit room. */
export const DispatchView = z.object({
  room: z.string(),
  sid: z.string().describe('of the LiveKit room'),
})

/** What a LiveKit client connects with. */
export const LiveKitTokenView = z.object({ url: z.string(), token: z.string() })

/** One voice that was recorded. */
export const RecordingView = z.object({
  id: z.uuid(),
  kind: z.enum(['meeting', 'clip']).describe('`clip`: what surrounds a moderation case'),
  user: z.string(),
  user_name: z.string(),
  case: z.string().optional().describe('of a clip'),
  started_at: ms.describe('epoch ms of its first sound; silences in it are kept'),
  ended_at: ms.nullable().describe('null while it goes on'),
  bytes: z.number().int().nonnegative().describe('0 while it goes on'),
  expires_at: ms.describe('when it is deleted'),
})
export type RecordingView = z.infer<typeof RecordingView>

/** `?cursor&limit` of lists. */
export const PageQuery = z.object({
  cursor: z.string().max(4_000).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
})

/** `?cursor&limit&status&name` of the rooms. */
export const RoomsQuery = PageQuery.extend({
  status: z.enum(['open', 'closed']).optional(),
  name: roomName.optional().describe('a part of the name, in upper or lower case'),
})

/** What to play of the sample meeting. */
export const PlaySample = z.object({
  speed: z.number().min(1).max(5).default(5).describe('times faster than people speak'),
})

export const SampleView = z.object({
  room: z.string().describe('where it is played'),
  title: z.string(),
  speed: z.number(),
  turns: z.number().int().nonnegative(),
})
export type SampleView = z.infer<typeof SampleView>

/** `?cursor&limit&status` of a room's cases. */
export const CasesQuery = PageQuery.extend({ status: CaseStatus.optional() })

/** A page of a list. `next_cursor` fetches the one after it; null: there is none. */
export interface Page<Item> {
  items: Item[]
  next_cursor: string | null
}

export function page<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), next_cursor: z.string().nullable() })
}

const codes = Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]

/** RFC 9457, with `code` of the catalogue. */
export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int().min(400).max(599),
    detail: z.string(),
    code: z.enum(codes),
    instance: z.string().optional().describe("the request's id"),
    errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
  })
  .meta({ id: 'Problem' })
export type Problem = z.infer<typeof Problem>
