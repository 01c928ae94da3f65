import { z } from 'zod'
import { userId } from './text.ts'

const ms = z.number().int().nonnegative()
const count = z.number().int().nonnegative()
const byPlace = <T extends z.ZodType>(item: T) => z.record(z.string(), item)

export const PrivacyStatus = z.enum(['queued', 'running', 'done', 'failed'])
export type PrivacyStatus = z.infer<typeof PrivacyStatus>

const under = {
  id: z.uuid(),
  status: PrivacyStatus,
  progress: z.number().min(0).max(1).describe('from 0 to 1'),
  created_at: ms,
  finished_at: ms.optional(),
}

/** What an archive holds. The archive's own `manifest.json` says the same of each file in it. */
export const ExportManifest = z.object({
  places: byPlace(count).describe('rows by place; the archive has a file `PLACE.ndjson` for each'),
  files: count.describe('files beside the rows, such as recordings'),
  bytes: count.describe('of the archive'),
  sha256: z.string().describe('of the archive'),
})
export type ExportManifest = z.infer<typeof ExportManifest>

export const ExportError = z.enum(['storage_full', 'storage_failed', 'failed'])
export type ExportError = z.infer<typeof ExportError>

/** Everything that the hub keeps of a person, put together in one archive. */
export const ExportView = z.object({
  ...under,
  expires_at: ms.optional().describe('until when the archive can be fetched'),
  manifest: ExportManifest.optional().describe('once it is done'),
  error: z
    .object({ code: ExportError, message: z.string().describe('what to do') })
    .optional()
    .describe('when it failed'),
})
export type ExportView = z.infer<typeof ExportView>

/** What an erasure did, place by place. It names nobody. */
export const ErasureReceipt = z.object({
  places: byPlace(
    z.object({
      erased: count,
      kept: count.optional().describe('what stays although it is about the person'),
      why: z.string().optional().describe('on which ground'),
    }),
  ),
  keys_shredded: count.describe('what was sealed with them opens nowhere, in no backup either'),
  finished_at: ms,
})
export type ErasureReceipt = z.infer<typeof ErasureReceipt>

export const ErasureView = z.object({
  ...under,
  receipt: ErasureReceipt.optional().describe('once it is done'),
})
export type ErasureView = z.infer<typeof ErasureView>

export const RequestErasure = z.object({
  confirm: z.string().max(512).describe('the id of the user who is to be erased, to the letter'),
  user: userId.optional().describe('for admins: another than yourself'),
})

/** Somebody was told that agents listen, opted out of being transcribed, or opted in again. */
export const ConsentView = z.object({
  room: z.string(),
  user: z.string(),
  kind: z.enum(['told', 'opted_out', 'opted_in']),
  at: ms,
})
export type ConsentView = z.infer<typeof ConsentView>
