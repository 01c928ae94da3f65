import { z } from 'zod'

/** What a room's owner has chosen for it; all who are in it are told. */
export const RoomSettings = z.object({
  moderators_see_private: z.boolean().default(false).describe('moderators read private messages'),
  empty_timeout_ms: z
    .number()
    .int()
    .min(1000)
    .max(86_400_000)
    .default(300_000)
    .describe('how long an empty room stays open, ms'),
  voice: z.boolean().default(true).describe('agents answer aloud where they are heard'),
  record: z
    .enum(['off', 'cases', 'meeting'])
    .default('off')
    .describe('sound that is kept: none, around moderation cases, or all of it; everyone is told'),
  record_days: z
    .number()
    .int()
    .min(1)
    .max(3_650)
    .default(30)
    .describe('how long recordings are kept, days'),
  retention_days: z
    .number()
    .int()
    .min(1)
    .max(3_650)
    .nullable()
    .default(null)
    .describe('how long what is said here is kept, days; null: for ever'),
  admins_may_read: z.boolean().default(false).describe('admins of the hub may watch and read'),
})
export type RoomSettings = z.output<typeof RoomSettings>
