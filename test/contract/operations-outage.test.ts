import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Operations } from '#protocol'
import { startDebianPostgres, type TestServer } from '../support/database-server.ts'
import { startHub, type TestHub } from '../support/hub.ts'
import { connectPerson, good } from './support.ts'

const ROOM = 'the outage'
const SOON = { timeout: 20_000 }
let server: TestServer
let hub: TestHub

beforeAll(async () => {
  server = await startDebianPostgres()
  hub = await startHub({ databaseUrl: server.url })
}, 90_000)
afterAll(async () => {
  await hub?.stop()
  await server?.stop()
})

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${hub.url}/metrics`)).text()
  return Number(new RegExp(`^${name} (.+)$`, 'm').exec(text)?.[1])
}

async function operations(): Promise<Operations> {
  const token = await hub.token('root', { role: 'admin' })
  const headers = { authorization: `Bearer ${token}` }
  const answer = await fetch(`${hub.url}/api/v1/operations`, { headers })
  return (await answer.json()) as Operations
}

test('what waits for Postgres is seen while it is away, and gone when it is back', async () => {
  const ada = await connectPerson(hub.url, 'ada', await hub.token('ada'))
  good(await ada.emit('room.join', { room: ROOM }))
  await server.down('SIGKILL')
  const late = [1, 2, 3].map((n) => ada.emit('chat.send', { room: ROOM, text: `line ${n}` }))
  await expect.poll(() => metric('hub_appends_pending'), SOON).toBeGreaterThanOrEqual(3)
  expect(await metric('hub_append_queue')).toBeGreaterThanOrEqual(3)
  await expect.poll(() => metric('hub_log_lag_seconds'), SOON).toBeGreaterThan(0.2)
  await expect.poll(() => metric('hub_lease_held'), SOON).toBe(0)
  const during = await operations()
  expect(during.ready).toBe(false)
  const [room] = during.rooms
  expect(room?.pending).toBeGreaterThanOrEqual(3)
  expect(room?.queue_depth).toBeGreaterThanOrEqual(3)
  expect(room?.lag_ms).toBeGreaterThan(200)

  await server.up()
  for (const said of await Promise.all(late)) good(said)
  await expect.poll(() => metric('hub_appends_pending'), SOON).toBe(0)
  await expect.poll(() => metric('hub_append_queue'), SOON).toBe(0)
  await expect.poll(() => metric('hub_lease_held'), SOON).toBe(1)
  const after = await operations()
  expect(after.ready).toBe(true)
  expect(after.stages.find(({ stage }) => stage === 'append')?.max_ms).toBeGreaterThan(200)
  ada.cut()
})
