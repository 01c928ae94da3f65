import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runHub, startHub } from '../support/hub.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { connectPerson, good } from './support.ts'

let database: TestDatabase
let dataDir: string
beforeAll(async () => {
  database = await createTestDatabase()
  dataDir = mkdtempSync(join(tmpdir(), 'auralink-start-'))
})
afterAll(async () => {
  await database.drop()
  rmSync(dataDir, { recursive: true, force: true })
})

const databaseUrl = () => database.url
async function failedStart(options: Parameters<typeof runHub>[0]) {
  const { exited, output } = runHub(options)
  const { code } = await exited
  return { code, output: output() }
}

test('wrong variables stop the start with one message about all of them', async () => {
  const { code, output } = await failedStart({
    dataDir,
    env: {
      ...{ PORT: 'http', AUTH_JWKS_URL: 'short', ALLOWED_ORIGINS: 'nowhere' },
      LIVEKIT_API_KEY: 'without its secret',
    },
  })
  expect(code).toBe(1)
  for (const name of ['PORT', 'AUTH_JWKS_URL', 'ALLOWED_ORIGINS', 'LIVEKIT_API_KEY'])
    expect(output).toContain(`- ${name}`)
  expect(output).not.toMatch(/\n +at /)
})

test('a data folder that is a file is told, to the hub and to npm run token', async () => {
  const file = join(dataDir, 'file')
  writeFileSync(file, '')
  const { code, output } = await failedStart({ dataDir: file })
  expect(code).toBe(1)
  expect(output).toContain('it is a file. Set DATA_DIR')
  expect(output).not.toMatch(/\n +at /)
  const minted = await mint(file, ['--user', 'ada']).catch((error) => error)
  expect(minted.stderr).toContain('it is a file. Set DATA_DIR')
})

test('a second hub on the folder is refused, and one after kill -9 is not', async () => {
  const hub = await startHub({ databaseUrl: databaseUrl(), dataDir })
  expect(readFileSync(join(dataDir, 'hub.pid'), 'utf8').trim()).toBe(String(hub.pid))
  const second = await failedStart({ databaseUrl: databaseUrl(), dataDir })
  expect(second.code).toBe(1)
  expect(second.output).toContain(`Another hub (process ${hub.pid})`)
  expect((await fetch(`${hub.url}/readyz`)).status).toBe(200)

  await hub.stop('SIGKILL')
  const third = await startHub({ databaseUrl: databaseUrl(), dataDir })
  await third.stop()
})

test('a second hub on the database is refused', async () => {
  const hub = await startHub({ databaseUrl: databaseUrl() })
  const second = await failedStart({ databaseUrl: databaseUrl(), dataDir })
  expect(second.code).toBe(1)
  expect(second.output).toContain('Another hub runs on this database')
  await hub.stop()
})

test('a taken port is told', async () => {
  const other = await createTestDatabase()
  const hub = await startHub({ databaseUrl: databaseUrl() })
  const second = await failedStart({ databaseUrl: other.url, dataDir, port: hub.port })
  expect(second.code).toBe(1)
  expect(second.output).toContain(`Port ${hub.port} is taken`)
  await hub.stop()
  await other.drop()
})

test('with no secret set one is made, and the link of the log signs its user in', async () => {
  const hub = await startHub({ databaseUrl: databaseUrl(), dataDir, env: { AUTH_SECRET: '' } })
  expect(statSync(join(dataDir, 'auth-secret')).mode & 0o777).toBe(0o600)
  const link = String(hub.log.find((line) => 'sign_in' in line)?.sign_in)
  const token = new URLSearchParams(new URL(link).hash.slice(1)).get('token') ?? ''
  const local = await connectPerson(hub.url, 'local', token)
  good(await local.emit('room.join', { room: 'mine' }))
  local.cut()

  // npm run token, while the hub runs
  const made = await mint(dataDir, ['--user', 'ada', '--room', 'a=b=join,moderate', '--hours', '2'])
  expect(made.stdout.trim().split('.')).toHaveLength(3)
  const ada = await connectPerson(hub.url, 'ada', made.stdout.trim())
  good(await ada.emit('room.join', { room: 'a=b' }))
  ada.cut()

  const merged = await mint(dataDir, ['--user', 'eve', '--room', 'a=join', '--room', 'a=watch'])
  const [, claims = ''] = merged.stdout.split('.')
  expect(JSON.parse(Buffer.from(claims, 'base64url').toString()).rooms).toEqual({
    a: ['join', 'watch'],
  })
  await hub.stop()
})

test.each([
  [[], '--user is missing'],
  [['--user', 'lk:a:b'], 'sub'],
  [['--user', 'ada', '--role', 'king'], '--role'],
  [['--user', 'ada', '--room', 'standup'], '--room'],
  [['--user', 'ada', '--room', 'standup=own'], '--room'],
  [['--user', 'ada', '--hours', '-1'], '--hours'],
  [['--user', 'ada', '--what'], '--what'],
])('npm run token %j says what is wrong', async (args, message) => {
  const failed = await mint(dataDir, args).catch((error) => error)
  expect(failed.code).toBe(1)
  expect(failed.stdout).toBe('')
  expect(failed.stderr).toContain(message)
})

function mint(folder: string, args: string[]) {
  return promisify(execFile)(process.execPath, ['--import', 'tsx', 'server/token.ts', ...args], {
    env: { PATH: process.env.PATH, DATA_DIR: folder },
  })
}
