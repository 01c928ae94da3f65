import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type Database,
  isCollision,
  isUnavailable,
  type PersonalPlace,
  privacy,
  type Tx,
} from '#db'
import type { ExportError, ExportManifest } from '#protocol'
import type { Logger } from '../log.ts'
import { hasCode } from '../system-error.ts'
import { type Archive, writeArchive } from './archive.ts'

/** How long an archive can be fetched, and how long it is said of an export that it failed. */
const KEPT_MS = 7 * 24 * 3_600_000

/** What else is in the folder is nothing of the hub's. */
const ARCHIVE = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.zip(?:\.part)?$/

interface Exports {
  /** Does what an export's row asks for; again from the beginning when a hub went away over it. */
  run(id: string): Promise<void>
  /** Where the archive is; undefined when it is gone, or on another node. */
  find(id: string): Promise<{ path: string; bytes: number } | undefined>
  /** Stops it where it is under way, and deletes its archive and its row, `also` in the same transaction. */
  remove(id: string, also?: (tx: Tx) => Promise<void>): Promise<void>
  /** Deletes what is too old and what no row knows of. Answers how many archives went. */
  sweep(): Promise<number>
  /** Leaves what is under way to the next start. */
  stop(): void
}

interface ExportsDeps {
  db: Database
  places: readonly PersonalPlace[]
  /** Archives are in its folder `exports`, of mode 700. */
  dataDir: string
  clock: () => number
  log: Logger
}

export function createExports({ db, places, dataDir, clock, log }: ExportsDeps): Exports {
  const folder = join(dataDir, 'exports')
  const fileOf = (id: string) => join(folder, `${id}.zip`)
  const partOf = (id: string) => `${fileOf(id)}.part`
  const running = new Map<string, AbortController>()
  let stopped = false

  const change = (id: string, to: Parameters<typeof privacy.changePrivacyRequest>[2]) =>
    db.withSystem('export a person', (tx) => privacy.changePrivacyRequest(tx, id, to))

  async function write(id: string, userId: string, signal: AbortSignal): Promise<Archive> {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await rm(partOf(id), { force: true })
    const archive = await writeArchive({
      path: partOf(id),
      ...{ places, userId, signal },
      about: { format: 'auralink-export-1', user: userId, made_at: clock() },
      async onPlace(done) {
        const there = await change(id, { progress: done / (places.length + 1) })
        if (!there) running.get(id)?.abort()
      },
    })
    await rename(partOf(id), fileOf(id))
    return archive
  }

  const remove: Exports['remove'] = async (id, also) => {
    await db.withSystem('remove an export', async (tx) => {
      await also?.(tx)
      await privacy.deletePrivacyRequest(tx, id)
    })
    running.get(id)?.abort()
    await rm(fileOf(id), { force: true })
  }

  return {
    async run(id) {
      const row = await db.withSystem('export a person', (tx) =>
        privacy.findPrivacyRequest(tx, 'export', id),
      )
      if (stopped || !row?.userId || row.status === 'done' || row.status === 'failed') return
      if (running.has(id)) return
      const cancel = new AbortController()
      running.set(id, cancel)
      const startedAt = performance.now()
      try {
        if (!(await change(id, { status: 'running', progress: 0 }))) return
        const archive = await write(id, row.userId, cancel.signal)
        const now = clock()
        const manifest = manifestOf(archive)
        const there = await change(id, {
          ...{ status: 'done', progress: 1, finishedAt: now, expiresAt: now + KEPT_MS },
          result: { ...manifest },
        })
        // removed meanwhile: nobody will ask for it
        if (!there) await rm(fileOf(id), { force: true })
        const { bytes, files } = manifest
        const ms = Math.round(performance.now() - startedAt)
        log.info({ request: id, bytes, files, ms }, 'an export is done')
      } catch (error) {
        // where it cannot be removed either, the sweep does it later
        await rm(partOf(id), { force: true }).catch(() => {})
        // who removed it wants none, and a hub that stops leaves it to the next start
        if (cancel.signal.aborted) return
        // tried again: the database may come back, a lock be free
        if (isUnavailable(error) || isCollision(error)) throw error
        log.error({ err: error, request: id }, 'an export failed')
        const now = clock()
        await change(id, {
          ...{ status: 'failed', errorCode: codeOf(error) },
          ...{ finishedAt: now, expiresAt: now + KEPT_MS },
        })
      } finally {
        running.delete(id)
      }
    },

    async find(id) {
      const path = fileOf(id)
      try {
        return { path, bytes: (await stat(path)).size }
      } catch (error) {
        if (hasCode(error, 'ENOENT')) return undefined
        throw error
      }
    },

    remove,

    async sweep() {
      const old = await db.withSystem('expire exports', (tx) =>
        privacy.exportsToRemove(tx, { before: clock() }),
      )
      for (const { id } of old) await remove(id)
      return old.length + (await sweepFiles())
    },

    stop() {
      stopped = true
      for (const cancel of running.values()) cancel.abort()
    },
  }

  /** Archives whose row went with a database that was restored, and halves that a killed hub left. */
  async function sweepFiles(): Promise<number> {
    const names = await readdir(folder).catch(() => [])
    const ids = [...new Set(names.flatMap((name) => ARCHIVE.exec(name)?.[1] ?? []))]
    const known = await db.withSystem('expire exports', (tx) => privacy.knownExports(tx, ids))
    let gone = 0
    for (const name of names) {
      const id = ARCHIVE.exec(name)?.[1]
      if (id === undefined) continue
      if (known.has(id) && (!name.endsWith('.part') || running.has(id))) continue
      await rm(join(folder, name), { force: true })
      gone += 1
    }
    return gone
  }
}

function manifestOf({ files, bytes, sha256 }: Archive): ExportManifest {
  const rows = files.filter((file) => file.rows !== undefined)
  return {
    places: Object.fromEntries(
      rows.map(({ name, rows: count = 0 }) => [name.replace(/\.ndjson$/, ''), count]),
    ),
    files: files.length - rows.length,
    ...{ bytes, sha256 },
  }
}

function codeOf(error: unknown): ExportError {
  if (hasCode(error, 'ENOSPC', 'EDQUOT')) return 'storage_full'
  // the operating system's word
  return error instanceof Error && 'syscall' in error ? 'storage_failed' : 'failed'
}
