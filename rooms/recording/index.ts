/**
 * Sound that is kept, of rooms whose settings ask for it: all of a meeting or what surrounds its moderation cases, one
 * Ogg Opus file for each voice, in a folder of the node or in storage that speaks S3. Everyone is told before. May
 * import #protocol, #db and what a room is; rooms know it by `Recorder` alone.
 */
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { Logger } from 'pino'
import type { Database, Tx } from '#db'
import type { Clock } from '../clock.ts'
import type { Bus } from '../types.ts'
import { createDisk } from './archives/disk.ts'
import { createS3Archive, type S3Options } from './archives/s3.ts'
import { createRoomRecorder, type RoomRecorder } from './room-recorder.ts'
import {
  changeRecording,
  deleteRecording,
  expiredRecordings,
  findRecordings,
  finishedAt,
  recordingsBy,
  recordingsOf,
} from './rows.ts'
import { createTake } from './take.ts'
import type { Recorder } from './types.ts'

export type { S3Options } from './archives/s3.ts'
export type { Recorder, Tap } from './types.ts'

/** How often what is too old is looked for, and what waits for the storage is tried again, ms. */
const SWEEP_MS = 600_000
/** How many recordings are taken at once. */
const BATCH = 100

export interface RecordingsDeps {
  db: Pick<Database, 'withSystem'>
  bus: Bus
  clock: Clock
  log: Logger
  nextId: () => string
  /** Recordings are in its folder `recordings`, and with `s3` only until they are finished. */
  dataDir: string
  s3?: S3Options | undefined
}

export interface Recordings extends Recorder {
  /** Repairs what a killed hub left, and deletes what is too old: from now on, from time to time. */
  start(): void
  /** The file, as much of it as there is; undefined when it is gone. */
  read(place: string): Promise<Readable | undefined>
  /** Deletes one, also one that is being made; `also` is committed with its row's end. */
  remove(
    recording: { id: string; place: string; roomId: string },
    also?: (tx: Tx) => Promise<void>,
  ): Promise<void>
  /** Resolves when what is being recorded is kept. */
  stop(): Promise<void>
}

export function createRecordings(deps: RecordingsDeps): Recordings {
  const { db, bus, clock, log, nextId } = deps
  const disk = createDisk(join(deps.dataDir, 'recordings'))
  const s3 = deps.s3 && createS3Archive(deps.s3)
  const archives = [disk.archive, ...(s3 ? [s3] : [])]
  const rooms = new Map<string, RoomRecorder>()
  /** What is being finished of rooms that are gone from the memory. */
  const ending = new Set<Promise<void>>()
  let cancelSweep = () => {}
  let sweeping: Promise<void> | undefined
  let stopped = false

  const archiveOf = (place: string) => archives.find((archive) => archive.holds(place))
  const until = (work: Promise<void>) => {
    ending.add(work)
    work
      .catch((err) => log.warn({ err }, 'a recording was not finished'))
      .finally(() => ending.delete(work))
  }

  const unsubscribe = bus.subscribe((signal) => {
    const { room } = signal
    switch (signal.kind) {
      case 'opened':
        rooms.set(
          room.id,
          createRoomRecorder(room, {
            ...{ clock, log },
            begin: (subject, startedAt) =>
              createTake({ db, disk, log, finished: archive }, subject, {
                id: nextId(),
                startedAt,
              }),
          }),
        )
        return
      case 'events':
        for (const event of signal.events) rooms.get(room.id)?.handle(event)
        return
      case 'rights':
        rooms.get(room.id)?.changed()
        return
      case 'released': {
        const gone = rooms.get(room.id)
        rooms.delete(room.id)
        if (gone) until(gone.end())
      }
    }
  })

  /** Brings a finished file to the storage. It stays here while that cannot be reached. */
  async function archive(id: string): Promise<boolean> {
    if (!s3) return false
    try {
      const place = await s3.keep(id, disk.path(id))
      if (!(await changeRecording(db, id, { place }))) await s3.remove(place)
      await disk.archive.remove(disk.placeOf(id))
      return true
    } catch (err) {
      log.warn({ err }, 'a recording stays on this node, since the storage does not take it')
      return false
    }
  }

  async function repair(): Promise<void> {
    const ids = await disk.leftovers()
    const rows = await findRecordings(db, ids)
    for (const id of ids) {
      const row = rows.get(id)
      if (!row) continue
      const { bytes, ms } = await disk.repair(id)
      await changeRecording(db, id, { bytes, endedAt: row.startedAt + Math.round(ms) })
    }
  }

  /** Files that no row knows of: their room is gone, or they were never listed. */
  async function sweepFiles(): Promise<void> {
    const ids = await disk.ids()
    const rows = await findRecordings(db, ids)
    for (const id of ids) if (!rows.has(id)) await disk.archive.remove(disk.placeOf(id))
  }

  async function expire(): Promise<void> {
    for (;;) {
      const rows = await expiredRecordings(db, clock.now(), BATCH)
      for (const row of rows) {
        if (stopped) return
        await remove(row)
      }
      if (rows.length < BATCH) return
    }
  }

  /** What waits for the storage, of those whose files are on this node. */
  async function bring(): Promise<void> {
    if (!s3) return
    const here = new Set(await disk.ids())
    const rows = await finishedAt(db, disk.placeOf(''), BATCH)
    for (const { id } of rows) {
      if (!here.has(id)) continue
      // where one is not taken, none is
      if (stopped || !(await archive(id))) return
    }
  }

  async function sweep(): Promise<void> {
    for (const job of [repair, expire, sweepFiles, bring]) {
      if (stopped) return
      await job().catch((err) => log.warn({ err }, 'recordings were not looked after'))
    }
    if (!stopped) cancelSweep = clock.after(SWEEP_MS, look)
  }

  function look(): void {
    sweeping = sweep()
  }

  async function remove(
    { id, place, roomId }: { id: string; place: string; roomId: string },
    also?: (tx: Tx) => Promise<void>,
  ) {
    await rooms.get(roomId)?.discard(id)
    await archiveOf(place)?.remove(place)
    await deleteRecording(db, id, also)
  }

  return {
    open(roomId, person, { sampleRate }) {
      const room = rooms.get(roomId)
      return room ? room.open(person, sampleRate) : { write: () => {}, end: () => {} }
    },
    async erase(roomId) {
      await rooms.get(roomId)?.drop()
      for (const row of await recordingsOf(db, roomId)) await remove(row)
    },
    async eraseUser(userId) {
      for (const room of rooms.values()) await room.forget(userId)
      await Promise.allSettled(ending)
      const theirs = await recordingsBy(db, userId)
      for (const row of theirs) await remove(row)
      return theirs.length
    },
    async eraseBefore(roomId, before) {
      const old = (await recordingsOf(db, roomId)).filter(({ startedAt }) => startedAt < before)
      for (const row of old) await remove(row)
      return old.length
    },
    start: look,
    read: async (place) => archiveOf(place)?.read(place),
    remove,
    async stop() {
      unsubscribe()
      stopped = true
      cancelSweep()
      for (const room of rooms.values()) until(room.end())
      rooms.clear()
      await Promise.allSettled([...ending, sweeping])
    },
  }
}
