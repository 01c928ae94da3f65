import { randomBytes, randomUUID } from 'node:crypto'
import { chmod, link, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { codeOf } from '../error-code.ts'
import { DatabaseError } from '../failure.ts'
import type { Log } from '../log.ts'
import { type EncryptionKey, encryptionKey, KEY_BYTES } from './encryption-key.ts'

/** The encryption keys of a hub that was given none, in a file that only its user can read. */
export interface KeyFile {
  readonly path: string
  /**
   * The newest first; none when there is no file.
   *
   * @throws DatabaseError when the file is empty or damaged
   */
  read(): Promise<EncryptionKey[]>
  /** Makes the file with this key, unless there is one. */
  make(key: EncryptionKey): Promise<void>
  /** Puts a new key before the ones to keep: all of it is on the disk, or nothing has changed. */
  renew(keep: readonly EncryptionKey[]): Promise<EncryptionKey>
}

const HEAD = `# Each line: the id of a key that wraps people's data keys, and the key. The newest is the first.
# Keep a copy where no copy of the database is: without these keys nothing that was sealed opens again.
`

export function keyFile(dataDir: string, log: Log): KeyFile {
  const path = join(dataDir, 'encryption-keys')

  let last: { version: string; keys: EncryptionKey[] } | undefined

  return {
    path,
    async read() {
      try {
        const { mode, ino, size, mtimeNs } = await stat(path, { bigint: true })
        await close(path, Number(mode), log)
        // every change is a new file, so what was read before is often still it
        const version = `${ino} ${size} ${mtimeNs}`
        if (last?.version !== version)
          last = { version, keys: parse(path, await readFile(path, 'utf8')) }
        return last.keys
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return []
        throw error instanceof DatabaseError ? error : unusable(path, error)
      }
    },
    async make(key) {
      const draft = await write(path, [key])
      try {
        // a link appears whole, and never over a file that is there
        await link(draft, path)
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw error
      } finally {
        await rm(draft, { force: true })
      }
      await flushFolder(path)
    },
    async renew(keep) {
      const added = encryptionKey(randomBytes(KEY_BYTES))
      const draft = await write(path, [added, ...keep])
      await rename(draft, path)
      await flushFolder(path)
      return added
    },
  }
}

/**
 * Takes from others what they could read. A start is not refused for it: most often the file was brought back
 * from a copy without its mode, and a hub that stands still would not undo what was read.
 */
async function close(path: string, mode: number, log: Log) {
  if (process.platform === 'win32' || (mode & 0o077) === 0) return
  await chmod(path, 0o600)
  log.warn(
    { file: path, mode: (mode & 0o777).toString(8) },
    'others could read the encryption keys; now they cannot. If somebody may have: npm run keys -- rotate',
  )
}

function parse(path: string, text: string): EncryptionKey[] {
  const keys = text.split('\n').flatMap((line, index) => {
    if (line.trim() === '' || line.startsWith('#')) return []
    const [id, encoded = '', ...rest] = line.trim().split(/\s+/)
    const bytes = Buffer.from(encoded, 'base64')
    const key = bytes.length === KEY_BYTES ? encryptionKey(bytes) : undefined
    if (!key || key.id !== id || rest.length > 0) throw damaged(path, `line ${index + 1}`)
    return [key]
  })
  if (keys.length === 0) throw damaged(path, 'it holds no key')
  return keys
}

function damaged(path: string, where: string): DatabaseError {
  return new DatabaseError(
    `The encryption keys in ${path} are damaged (${where}). Bring the file back from its copy. ` +
      'If there is none, remove it and start again: what cannot be opened any more is then told.',
  )
}

function unusable(path: string, error: unknown): DatabaseError {
  return new DatabaseError(
    `The encryption keys in ${path} cannot be used (${codeOf(error) || 'unknown'}): the user who runs the hub must own the file.`,
    { cause: error },
  )
}

async function write(path: string, keys: readonly EncryptionKey[]): Promise<string> {
  const lines = keys.map(({ id, key }) => `${id} ${key.export().toString('base64')}\n`)
  const draft = `${path}.${randomUUID()}`
  const handle = await open(draft, 'wx', 0o600).catch((error) => {
    throw unusable(path, error)
  })
  try {
    await handle.writeFile(HEAD + lines.join(''))
    await handle.sync()
  } finally {
    await handle.close()
  }
  return draft
}

/** Without it a new name may be lost with the power. */
async function flushFolder(path: string) {
  if (process.platform === 'win32') return
  const folder = await open(dirname(path), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
