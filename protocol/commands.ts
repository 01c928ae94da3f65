import { z } from 'zod'
import { ModerationAction, ReviewDecision } from './events.ts'
import { minutes, PolicyAction } from './policy.ts'
import { clientId, personName, remark, roomName, spokenText, userId } from './text.ts'

const seq = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)
const ms = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)
const id = clientId.optional()

/** How many events one answer of `room.history` or of a join holds at most. */
export const HISTORY_LIMIT = 500

/** Every command of the socket with its payload. Unknown fields are ignored. */
export const commands = {
  'room.join': z.object({
    id,
    room: roomName,
    as: z.enum(['participant', 'watch']).default('participant'),
    name: personName.optional(),
    since: z.object({ epoch: seq, seq }).optional(),
  }),
  'room.history': z.object({
    id,
    room: roomName,
    after: seq,
    limit: z.number().int().min(1).max(HISTORY_LIMIT).default(HISTORY_LIMIT),
  }),
  'room.leave': z.object({ id, room: roomName }),
  'caption.push': z.object({
    id,
    room: roomName,
    segment: clientId,
    text: spokenText,
    final: z.boolean(),
    start_ms: ms.optional(),
    end_ms: ms.optional(),
  }),
  'audio.start': z.object({
    id,
    room: roomName,
    sample_rate: z.number().int().min(8_000).max(48_000),
  }),
  'audio.stop': z.object({ id, room: roomName }),
  'chat.send': z.object({ id, room: roomName, text: spokenText, to: userId.optional() }),
  'transcription.set': z.object({ id, room: roomName, on: z.boolean() }),
  'agent.ask': z.object({
    id,
    room: roomName,
    question: spokenText,
    private: z.boolean().default(false),
  }),
  'agent.interrupt': z.object({ id, room: roomName, run: clientId.optional() }),
  'moderation.act': z.object({
    id,
    room: roomName,
    target: userId,
    action: ModerationAction,
    reason: remark.default(''),
    minutes: minutes.optional(),
  }),
  'moderation.review': z.object({
    id,
    case: clientId,
    decision: ReviewDecision,
    note: remark.optional(),
    minutes: minutes.optional(),
    action: PolicyAction.optional().describe('with approve: in place of what was proposed'),
  }),
  'moderation.claim': z.object({ id, case: clientId, on: z.boolean() }),
  'desk.watch': z.object({ id }),
  'auth.refresh': z.object({ id, token: z.string().min(1).max(16_384) }),
} as const

export type CommandName = keyof typeof commands
/** A command's payload after parsing. */
export type Command<N extends CommandName> = z.output<(typeof commands)[N]>
/** A command's payload as a client writes it. */
export type CommandInput<N extends CommandName> = z.input<(typeof commands)[N]>
