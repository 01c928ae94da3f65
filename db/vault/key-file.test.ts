import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { encryptionKey } from './encryption-key.ts'
import { keyFile } from './key-file.ts'

let folder: string
let path: string
let lines: string[]
const open = () =>
  keyFile(folder, pino({ base: null }, { write: (line: string) => lines.push(line) }))
const aKey = () => encryptionKey(randomBytes(32))
const ids = async () => (await open().read()).map(({ id }) => id)

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'auralink-keys-'))
  path = join(folder, 'encryption-keys')
  lines = []
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('it is made once, whoever comes first, for its user alone', async () => {
  expect(await ids()).toEqual([])
  await Promise.all(Array.from({ length: 8 }, () => open().make(aKey())))
  const made = await readFile(path, 'utf8')
  await open().make(aKey())
  expect(await readFile(path, 'utf8')).toBe(made)
  expect(await ids()).toHaveLength(1)
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(await readdir(folder)).toEqual(['encryption-keys'])
})

test('a new key comes first, and is seen by who has read the file before', async () => {
  await open().make(aKey())
  const reader = open()
  const [old] = await reader.read()
  const added = await open().renew(old ? [old] : [])
  expect((await reader.read()).map(({ id }) => id)).toEqual([added.id, old?.id])
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(await readdir(folder)).toEqual(['encryption-keys'])
})

test('when others may read it, that is mended and told, without the keys', async () => {
  await open().make(aKey())
  await chmod(path, 0o644)
  expect(await ids()).toHaveLength(1)
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(lines.join()).toContain('others could read the encryption keys')
  const [, encoded = ''] =
    (await readFile(path, 'utf8')).trim().split('\n').at(-1)?.split(' ') ?? []
  expect(encoded).toHaveLength(44)
  expect(lines.join()).not.toContain(encoded)
})

test.each([
  ['empty', () => ''],
  ['without a key', () => '# nothing\n\n'],
  ['with a key that is cut', (text: string) => text.trim().slice(0, -5)],
  [
    'with a letter changed',
    (text: string) => text.replace(/.=\s*$/, (end) => (end[0] === 'A' ? 'Q=' : 'A=')),
  ],
  [
    'with the id of another key',
    (text: string) => text.replace(/^[0-9a-f]{16}/m, '0123456789abcdef'),
  ],
  ['of something else', () => 'DATABASE_URL=postgres://x\n'],
])('a file %s is refused, and not quoted', async (_, damage) => {
  await open().make(aKey())
  const whole = await readFile(path, 'utf8')
  const damaged = damage(whole)
  expect(damaged).not.toBe(whole)
  await writeFile(path, damaged)
  const error = await open()
    .read()
    .then(
      () => undefined,
      (reason: Error) => reason,
    )
  expect(error?.name).toBe('DatabaseError')
  expect(error?.message).toMatch(/encryption-keys are damaged .*Bring the file back from its copy/)
  const words = damaged.match(/[\w+/=]{16,}/g) ?? []
  for (const word of words) expect(error?.message).not.toContain(word)
})
