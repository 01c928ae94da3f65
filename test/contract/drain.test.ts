import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { io } from 'socket.io-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { query } from '../support/database-server.ts'
import { freePort } from '../support/free-port.ts'
import { startHub } from '../support/hub.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { connectPerson, good } from './support.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

test('SIGTERM under load: all that was acked is kept, sockets are told and closed with 4009', async () => {
  const hub = await startHub({ databaseUrl: database.url })
  const person = async (userId: string) => connectPerson(hub.url, userId, await hub.token(userId))
  const people = await Promise.all(['ada', 'bob', 'eve'].map(person))
  const acked: string[] = []
  for (const ada of people) good(await ada.emit('room.join', { room: `of ${ada.userId}` }))

  const talking = people.map(async (ada) => {
    for (let i = 0; ; i++) {
      const segment = `${ada.userId} ${i}`
      const command = { room: `of ${ada.userId}`, segment, text: `turn ${i}`, final: true }
      const outcome = await ada.emit('caption.push', command).catch(() => undefined)
      if (!outcome?.ok) return outcome?.error.code
      acked.push(segment)
    }
  })
  await new Promise((resolve) => setTimeout(resolve, 300))
  const startedAt = Date.now()
  const end = hub.stop('SIGTERM')
  const told = await Promise.all(
    people.map((ada) => ada.until((event) => event.type === 'server.draining')),
  )
  for (const event of told)
    expect(event).toMatchObject({ data: { reconnect_in_ms: expect.any(Number) } })
  const hints = told.map((event) => JSON.stringify('data' in event && event.data))
  expect(new Set(hints).size).toBe(people.length)

  const last = await Promise.all(talking)
  for (const code of last) expect(['draining', 'rate_limited', undefined]).toContain(code)
  for (const ada of people) expect(await ada.closed).toEqual({ code: 4009, reason: 'draining' })
  expect(await end).toEqual({ code: 0, signal: null })
  expect(Date.now() - startedAt).toBeLessThan(10_000)
  expect(hub.log.filter((line) => Number(line.level) >= 40)).toEqual([])

  const rows = await query(
    database.adminUrl,
    `select data ->> 'segment' as segment from room_events where type = 'transcript.final'`,
  )
  const kept = rows.map((row) => row.segment)
  expect(acked.length).toBeGreaterThan(10)
  expect(kept).toEqual(expect.arrayContaining(acked))
  expect(new Set(kept).size).toBe(kept.length)
  expect(existsSync(join(hub.dataDir, 'hub.pid'))).toBe(false)
})

test('a Socket.IO client is back by itself after a restart, and the room goes on', async () => {
  const port = await freePort()
  const first = await startHub({ databaseUrl: database.url, port })
  const token = await first.token('ada')
  const client = io(first.url, {
    transports: ['websocket'],
    reconnectionDelay: 50,
    reconnectionDelayMax: 100,
    auth: { token },
  })
  const joined = good(await client.emitWithAck('room.join', { room: 'goes on' }))
  await first.stop()
  const back = new Promise<void>((resolve) => client.once('connect', () => resolve()))
  const second = await startHub({ databaseUrl: database.url, port })
  await back
  const { epoch, seq } = joined
  const resumed = await client.emitWithAck('room.join', { room: 'goes on', since: { epoch, seq } })
  expect(resumed).toMatchObject({ ok: true, recovered: true, epoch })
  client.close()
  await second.stop()
}, 300_000)

test('a second signal ends it at once', async () => {
  const hub = await startHub({ databaseUrl: database.url })
  process.kill(hub.pid, 'SIGTERM')
  expect((await hub.stop('SIGINT')).code).not.toBeNull()
})
