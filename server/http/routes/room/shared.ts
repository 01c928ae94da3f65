import { z } from 'zod'
import { clientId, roomName, userId, Workflow } from '#protocol'

/** Path parameters, as they are after percent-decoding. */
export const RoomParams = z.object({ room: roomName })
export const CaseParams = RoomParams.extend({ case: clientId })
export const RecordingParams = RoomParams.extend({ recording: z.uuid() })
export const MemberParams = RoomParams.extend({ user: userId })
export const AgentParams = RoomParams.extend({ workflow: Workflow })

export const IdempotencyHeaders = z.object({
  'idempotency-key': z
    .string()
    .optional()
    .describe('Makes a repeated request answer as the first did, for 24 hours.'),
})

/** An answer without a body. */
export const Nothing = z.null()
