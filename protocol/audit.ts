import { z } from 'zod'
import { PageQuery } from './rest.ts'
import { userId } from './text.ts'

const whose = userId.optional().describe('of whose things; another than yourself as an admin')

/** `?owner&cursor&limit` of the audit. */
export const AuditQuery = PageQuery.extend({ owner: whose })

export const AuditHeadQuery = z.object({ owner: whose })

/** Something that was done to somebody's things. What names a person who was erased since is absent. */
export const AuditEntryView = z.object({
  seq: z.number().int().positive().describe('its place in the chain, without a gap'),
  at: z.number().int().nonnegative(),
  action: z.string(),
  by: z.union([
    z.literal('system').describe('the hub by itself'),
    z.object({
      id: z.string().optional(),
      address: z.string().optional().describe("where from; of others' acts for admins alone"),
    }),
  ]),
  target: z.string().optional().describe('another person whom it is about'),
  request: z.string().optional().describe('the HTTP request, or the socket'),
  details: z.record(z.string(), z.unknown()).optional(),
})
export type AuditEntryView = z.infer<typeof AuditEntryView>

/** Where a chain ends. */
export const AuditHeadView = z.object({
  chain: z.uuid(),
  seq: z.number().int().positive(),
  hash: z.string(),
})
