import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openDatabase } from '#db'
import { runHub, startHub, type TestHub } from '../support/hub.ts'
import { quiet } from '../support/postgres.ts'

// processes that start one after the other
vi.setConfig({ testTimeout: 90_000 })

let dataDir: string
let hub: TestHub | undefined

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'auralink-keys-'))
  hub = await startHub({ dataDir })
})
afterAll(async () => {
  await hub?.stop('SIGKILL')
  const pid = await postmaster()
  if (pid !== undefined) process.kill(pid, 'SIGQUIT')
  await rm(dataDir, { recursive: true, force: true })
})

/** As `npm run keys -- ...args` does. */
async function keys(...args: string[]) {
  try {
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', 'server/keys.ts', ...args],
      { env: { PATH: process.env.PATH, DATA_DIR: dataDir } },
    )
    return { code: 0, stdout, stderr }
  } catch (error) {
    return error as { code: number; stdout: string; stderr: string }
  }
}

/** The process id of the hub's own Postgres, when it runs. */
async function postmaster(): Promise<number | undefined> {
  const folder = join(dataDir, 'postgres')
  const home = await readFile(join(folder, 'home'), 'utf8').catch(() => folder)
  const text = await readFile(join(home.trim(), 'data', 'postmaster.pid'), 'utf8').catch(() => '')
  return text === '' ? undefined : Number(text.split('\n')[0])
}

/** Who stops Postgres may be gone a moment before it. */
const isGone = () => expect.poll(postmaster, { timeout: 20_000 }).toBeUndefined()

const place = { table: 't', column: 'c', row: '1', userId: 'ada' }
let sealed = ''

test('beside a running hub: it lists and rotates, and the hub goes on with the same Postgres', async () => {
  expect((await stat(join(dataDir, 'encryption-keys'))).mode & 0o777).toBe(0o600)
  const pid = await postmaster()
  const tool = await openDatabase({ dataDir, log: quiet, attach: true })
  sealed = await tool.withSystem('test', (tx) => tool.vault.seal(tx, place, 'words'))
  await tool.close()

  const listed = await keys()
  expect(listed).toMatchObject({ code: 0, stderr: '' })
  const [, first] = /^([0-9a-f]{16}) {2}newest {2}wraps [1-9]\d*\n$/.exec(listed.stdout) ?? []
  expect(first).toBeDefined()
  const rotated = await keys('rotate')
  expect(rotated.stdout).toMatch(/ is new; keep a copy of .*\n[1-9]\d* data keys are wrapped anew/)
  expect((await keys()).stdout).toMatch(new RegExp(`newest {2}wraps \\d+\\n${first} {2}older`))

  expect(await postmaster()).toBe(pid)
  expect((await fetch(`${hub?.url}/readyz`)).status).toBe(200)
})

test('what is lost is not forgotten while a hub runs, since a hub has what it needs', async () => {
  const refused = await keys('forget', '0123456789abcdef')
  expect(refused).toMatchObject({ code: 1, stdout: '' })
  expect(refused.stderr).toMatch(/^Another hub \(process \d+\) runs on /)
})

test('a command line that is wrong is answered with the usage', async () => {
  expect(await keys('turn')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^turn is no command.\n\nnpm run keys/),
  })
})

test('a hub that stops leaves Postgres to the tool at work, and the tool to the next hub', async () => {
  const pid = await postmaster()
  const tool = await openDatabase({ dataDir, log: quiet, attach: true })
  await hub?.stop()
  const opened = await tool.withSystem('test', (tx) => tool.vault.open(tx, place, sealed))
  expect(opened.reveal()).toBe('words')
  await tool.close()
  expect(await postmaster()).toBe(pid)

  hub = await startHub({ dataDir })
  expect(await postmaster()).toBe(pid)
  await hub.stop()
  await isGone()
})

test('without a hub it starts Postgres for itself, and stops it', async () => {
  expect(await keys()).toMatchObject({ code: 0, stdout: expect.stringContaining('newest  wraps') })
  await isGone()
})

test('a hub without the key that is needed does not start, and says which', async () => {
  const [, newest] = /^([0-9a-f]{16}) {2}newest/.exec((await keys()).stdout) ?? []
  const other = Buffer.alloc(32, 9).toString('base64')
  const { exited, output } = runHub({ dataDir, env: { ENCRYPTION_KEY: other } })
  expect(await exited).toEqual({ code: 1, signal: null })
  expect(output()).toContain(`not in ENCRYPTION_KEY:\n  - ${newest}, which wraps`)
  expect(output()).toContain(`before it was set is in ${join(dataDir, 'encryption-keys')}`)
  expect(output()).not.toContain(other)
  await isGone()

  const file = await readFile(join(dataDir, 'encryption-keys'), 'utf8')
  const own = file.match(new RegExp(`^${newest} (.*)$`, 'm'))?.[1]
  hub = await startHub({ dataDir, env: { ENCRYPTION_KEY: `${other},${own}` } })
})
