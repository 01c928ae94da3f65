import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { Readable, Transform } from 'node:stream'
import { finished, pipeline } from 'node:stream/promises'
import { ZipFile } from 'yazl'
import type { PersonalPlace } from '#db'

/** A file of an archive, as its manifest has it. */
interface ArchivedFile {
  name: string
  /** Of a place's rows. */
  rows?: number
  bytes: number
  sha256: string
}

export interface Archive {
  files: ArchivedFile[]
  /** Of the archive itself. */
  bytes: number
  sha256: string
}

interface ArchiveOptions {
  /** Must not exist. Left as it is when this fails. */
  path: string
  places: readonly PersonalPlace[]
  userId: string
  /** What the manifest says beside the files. */
  about: Record<string, unknown>
  signal: AbortSignal
  /** How many places are done. */
  onPlace(done: number): Promise<void>
}

/** How much of a file is put together before it goes on, bytes. */
const CHUNK = 64 * 1024
/** Sound is packed already. */
const PACKED = /\.(ogg|opus|zip)$/

/** Writes what all places have of a person, place by place as a stream: memory is bounded by one page of rows. */
export async function writeArchive(options: ArchiveOptions): Promise<Archive> {
  const { path, places, userId, onPlace } = options
  const broken = new AbortController()
  const signal = AbortSignal.any([options.signal, broken.signal])
  const zip = new ZipFile()
  const whole = measured()
  const written = pipeline(
    zip.outputStream,
    whole.through,
    createWriteStream(path, { mode: 0o600, flags: 'wx', flush: true }),
    { signal },
  )
  // whoever waits for an entry hears of it there
  written.catch(() => {})
  const files: ArchivedFile[] = []

  async function add(name: string, content: Readable) {
    const own = measured()
    zip.addReadStream(own.through, name, { compress: !PACKED.test(name), mode: 0o600 })
    await Promise.race([
      Promise.all([pipeline(content, own.through, { signal }), finished(own.through)]),
      // an entry waits for ever once nobody takes what it has
      written,
    ])
    return { name, ...own.end() }
  }

  try {
    for (const [index, place] of places.entries()) {
      let rows = 0
      const counted = lines(place.export(userId), () => {
        rows += 1
      })
      const file = await add(`${place.name}.ndjson`, text(counted))
      files.push({ ...file, rows })
      for await (const { name, open } of place.files?.(userId) ?? []) {
        const content = await open()
        if (content) files.push(await add(name, content))
      }
      await onPlace(index + 1)
    }
    const manifest = `${JSON.stringify({ ...options.about, files }, undefined, 2)}\n`
    await add('manifest.json', text([manifest]))
    zip.end()
    await written
  } catch (error) {
    broken.abort()
    // why it was not written is said by what failed first
    await written.catch(() => {})
    throw error
  }
  return { files, ...whole.end() }
}

/** Rows as lines of JSON, in pieces of some size: a piece for each row would cost more than the row. */
async function* lines(
  rows: AsyncIterable<Record<string, unknown>>,
  onRow: () => void,
): AsyncIterable<string> {
  let chunk = ''
  for await (const row of rows) {
    chunk += `${JSON.stringify(row)}\n`
    onRow()
    if (chunk.length < CHUNK) continue
    yield chunk
    chunk = ''
  }
  if (chunk !== '') yield chunk
}

function text(chunks: Iterable<string> | AsyncIterable<string>): Readable {
  return Readable.from(chunks, { objectMode: false, highWaterMark: CHUNK })
}

/** Counts and hashes what goes through. */
function measured() {
  const hash = createHash('sha256')
  let bytes = 0
  const through = new Transform({
    highWaterMark: CHUNK,
    transform(chunk: Buffer, _, done) {
      hash.update(chunk)
      bytes += chunk.length
      done(null, chunk)
    },
  })
  return { through, end: () => ({ bytes, sha256: hash.digest('hex') }) }
}
