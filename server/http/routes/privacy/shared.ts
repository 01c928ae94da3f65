import { z } from 'zod'
import type { privacy } from '#db'
import { HubError, type Principal } from '#protocol'

export const ExportParams = z.object({ export: z.uuid() })
export const ErasureParams = z.object({ erasure: z.uuid() })

/**
 * What is a person's own is for the person, not for whoever was given a token to some rooms. A LiveKit guest has no
 * other token, and its id is of one room.
 *
 * @throws HubError `forbidden`
 */
export function requireWholePerson({ userId, rooms }: Principal): void {
  if (rooms === undefined || userId.startsWith('lk:')) return
  throw new HubError(
    'forbidden',
    'This token is for some rooms only. Use one of yours without `rooms`.',
  )
}

/** What exports and erasures tell alike. */
export function progressOf(row: privacy.PrivacyRequestRow) {
  return {
    id: row.id,
    status: row.status,
    progress: row.progress,
    created_at: row.createdAt,
    ...(row.finishedAt === null ? {} : { finished_at: row.finishedAt }),
  }
}
