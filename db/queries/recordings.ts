import { and, desc, eq } from 'drizzle-orm'
import type { Tx } from '../connection/transaction.ts'
import { recordings } from '../schema/index.ts'
import { beyond, type Page } from './rooms.ts'

// Run these in `withUser`: row level security leaves out what the principal may not hear.

export type RecordingRow = typeof recordings.$inferSelect

/** A room's recordings, newest first. */
export function listRecordings(
  tx: Tx,
  { roomId, after, limit }: Page & { roomId: string },
): Promise<RecordingRow[]> {
  return tx
    .select()
    .from(recordings)
    .where(and(eq(recordings.roomId, roomId), beyond(after, recordings.startedAt, recordings.id)))
    .orderBy(desc(recordings.startedAt), desc(recordings.id))
    .limit(limit)
}

export async function findRecording(
  tx: Tx,
  roomId: string,
  id: string,
): Promise<RecordingRow | undefined> {
  const [row] = await tx
    .select()
    .from(recordings)
    .where(and(eq(recordings.roomId, roomId), eq(recordings.id, id)))
  return row
}
