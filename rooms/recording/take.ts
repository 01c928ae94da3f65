import type { Logger } from 'pino'
import type { Database } from '#db'
import type { Disk } from './archives/disk.ts'
import { writeRecording } from './rows.ts'
import { createTrack } from './track.ts'
import type { Subject, Take } from './types.ts'

interface Deps {
  db: Pick<Database, 'withSystem'>
  disk: Disk
  log: Logger
  /** It is whole, on the disk and in the table. */
  finished(id: string): Promise<unknown>
}

const DAY_MS = 86_400_000

/** Begins to record somebody. What fails here is logged and costs the recording alone. */
export function createTake(
  { db, disk, log, finished }: Deps,
  subject: Subject,
  { id, startedAt }: { id: string; startedAt: number },
): Take {
  const { roomId, kind, user, caseId, days } = subject
  const file = disk.create(id)
  const track = createTrack({ startedAt, serial: Number.parseInt(id.slice(0, 8), 16) }, file.append)
  const row = {
    ...{ id, roomId, kind, userId: user.id, userName: user.name, caseId: caseId ?? null },
    ...{ startedAt: Math.round(startedAt), endedAt: null, bytes: 0, place: disk.placeOf(id) },
    expiresAt: Math.round(startedAt) + days * DAY_MS,
  }
  const failed = (err: unknown) => log.warn({ err }, 'a recording was not kept')
  const listed = writeRecording(db, row).catch(failed)
  let ending: Promise<void> | undefined

  async function finish(): Promise<void> {
    try {
      track.end()
      const bytes = await file.finish()
      await listed
      await writeRecording(db, { ...row, endedAt: Math.round(track.endedAt), bytes })
      await finished(id)
    } catch (err) {
      // without a row nobody could find it, and nothing would delete it: the next sweep does
      failed(err)
    } finally {
      file.release()
    }
  }

  return {
    id,
    startedAt,
    get endedAt() {
      return track.endedAt
    },
    write: (pcm, at) => {
      if (!ending) track.write(pcm, at)
    },
    end: () => {
      ending ??= finish()
      return ending
    },
    discard: () => {
      ending ??= (async () => {
        track.end()
        await file.discard()
        await listed
      })()
      return ending
    },
  }
}
