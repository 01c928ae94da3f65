import { createReadStream, createWriteStream, mkdirSync } from 'node:fs'
import { readdir, readFile, rename, rm, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { readExtent } from '../ogg.ts'
import type { Archive } from '../types.ts'

const PART = '.ogg.part'
const WHOLE = '.ogg'
const PLACE = 'file:'

/** A file that is being written. */
export interface DiskFile {
  append(bytes: Uint8Array): void
  /** Everything is on the disk, under its final name. Resolves with its size. */
  finish(): Promise<number>
  discard(): Promise<void>
  /** It is in the table, or will not be: whoever looks after files may look after this one. */
  release(): void
}

/**
 * Recordings in a folder of this node. What is being written has the ending `.ogg.part`: it is played as it is, and
 * repaired when its writer was killed.
 */
export function createDisk(folder: string) {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const open = new Set<string>()
  const part = (id: string) => join(folder, id + PART)
  const whole = (id: string) => join(folder, id + WHOLE)
  const idOf = (place: string) => place.slice(PLACE.length)

  async function present(id: string): Promise<string | undefined> {
    for (const path of [whole(id), part(id)])
      if (await stat(path).catch(() => undefined)) return path
    return undefined
  }

  const archive: Archive = {
    holds: (place) => place.startsWith(PLACE),
    keep: async (id) => PLACE + id,
    async read(place) {
      const path = await present(idOf(place))
      return path === undefined ? undefined : createReadStream(path)
    },
    async remove(place) {
      for (const path of [whole(idOf(place)), part(idOf(place))]) await rm(path, { force: true })
    },
  }

  return {
    archive,
    path: whole,
    placeOf: (id: string) => PLACE + id,

    create(id: string): DiskFile {
      open.add(id)
      const stream = createWriteStream(part(id), { flags: 'wx', mode: 0o600 })
      let failure: Error | undefined
      stream.on('error', (error) => {
        failure ??= error
      })
      const closed = () =>
        new Promise<void>((resolve) => {
          if (stream.closed) return resolve()
          stream.once('close', resolve)
          stream.end()
        })
      return {
        append: (bytes) => {
          if (!failure) stream.write(bytes)
        },
        async finish() {
          await closed()
          if (failure) throw failure
          await rename(part(id), whole(id))
          return (await stat(whole(id))).size
        },
        async discard() {
          await closed()
          await rm(part(id), { force: true })
          open.delete(id)
        },
        release: () => void open.delete(id),
      }
    },

    /** Recordings whose writer was killed. */
    leftovers: async (): Promise<string[]> => (await names(PART)).filter((id) => !open.has(id)),

    /** Everything that is here and is not being written. */
    ids: async (): Promise<string[]> => [
      ...(await names(WHOLE)),
      ...(await names(PART)).filter((id) => !open.has(id)),
    ],

    /** Cuts a file that a killed writer left to what is whole, and gives it its name. */
    async repair(id: string): Promise<{ bytes: number; ms: number }> {
      const { bytes, samples48 } = readExtent(await readFile(part(id)))
      await truncate(part(id), bytes)
      await rename(part(id), whole(id))
      return { bytes, ms: samples48 / 48 }
    },
  }

  async function names(ending: string): Promise<string[]> {
    const files = await readdir(folder).catch(() => [])
    return files
      .filter((file) => file.endsWith(ending))
      .map((file) => file.slice(0, -ending.length))
  }
}

export type Disk = ReturnType<typeof createDisk>
