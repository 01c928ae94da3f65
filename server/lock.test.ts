import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { LockedError, lockFolder } from './lock.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'lock-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const sleeper = () => spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'])

test('the pid file holds the process id, and goes when the folder is given back', () => {
  const unlock = lockFolder(dir)
  expect(readFileSync(join(dir, 'hub.pid'), 'utf8').trim()).toBe(String(process.pid))
  unlock()
  expect(existsSync(join(dir, 'hub.pid'))).toBe(false)
  lockFolder(dir)()
})

test('a second hub is refused while the first lives, and not after it was killed', async () => {
  const first = sleeper()
  await once(first, 'spawn')
  lockFolder(dir, first.pid)
  expect(() => lockFolder(dir)).toThrow(LockedError)
  first.kill('SIGKILL')
  await once(first, 'exit')
  lockFolder(dir)()
})

test.runIf(process.platform === 'linux')(
  'a later process with the same id does not count as the hub',
  async () => {
    const other = sleeper()
    await once(other, 'spawn')
    writeFileSync(join(dir, 'hub.lock'), JSON.stringify({ pid: other.pid, birth: 'earlier:1' }))
    lockFolder(dir)()
    other.kill('SIGKILL')
  },
)

test('a lock that nobody can read is stale', () => {
  writeFileSync(join(dir, 'hub.lock'), '')
  lockFolder(dir)()
})
