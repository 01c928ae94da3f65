import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startHub, type TestHub } from '../support/hub.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { readLog } from '../support/rest.ts'
import { connectPerson, good } from './support.ts'

let database: TestDatabase
let dataDir: string
let admin: pg.Client
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'auralink-restart-'))
})
beforeEach(async () => {
  database = await createTestDatabase()
  admin = new pg.Client({ connectionString: database.adminUrl })
  await admin.connect()
  return async () => {
    await Promise.all(hubs.splice(0).map((hub) => hub.stop('SIGKILL')))
    await admin.end()
    await database.drop()
  }
})
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

const hubs: TestHub[] = []
async function start() {
  const hub = await startHub({ databaseUrl: database.url, dataDir })
  hubs.push(hub)
  return hub
}
const connect = async (hub: TestHub, userId: string, role: 'user' | 'moderator' = 'user') =>
  connectPerson(hub.url, userId, await hub.token(userId, { role }))

test('the hub serves before all open rooms are back, and they come back', {
  timeout: 60_000,
}, async () => {
  const before = await start()
  const ada = await connect(before, 'ada')
  for (const room of ['held', 'asked', 'quiet']) good(await ada.emit('room.join', { room }))
  await before.stop('SIGKILL')

  // this room cannot be claimed, so it is never done
  await admin.query(`begin; select from rooms where name = 'held' for update`)
  const hub = await start()
  expect((await fetch(`${hub.url}/readyz`)).status).toBe(200)
  expect(hub.log.map(({ msg }) => msg)).not.toContain('an open room was not loaded')
  const again = await connect(hub, 'ada')
  const asked = good(await again.emit('room.join', { room: 'asked' }))
  expect(asked.snapshot?.participants).toMatchObject([{ id: 'ada' }])
  const { run } = good(await again.emit('agent.ask', { room: 'asked', question: 'Who is here?' }))
  await again.until(
    (event) => event.type === 'run.finished' && 'run' in event.data && event.data.run === run,
  )

  // nobody asks for this one: who was there is lost after their grace
  const token = await hub.token('ada')
  const deadline = Date.now() + 20_000
  const lost = async () =>
    (await readLog(hub.url, token, 'quiet')).filter((event) => event.type === 'participant.left')
  while ((await lost()).length === 0 && Date.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 250))
  expect(await lost()).toMatchObject([{ actor: { id: 'ada' }, data: { reason: 'lost' } }])

  await admin.query('rollback')
  good(await again.emit('room.join', { room: 'held' }))
  again.cut()
  expect((await hub.stop()).code).toBe(0)
})

test('a hub that still brings rooms back stops as any other', async () => {
  const before = await start()
  const ada = await connect(before, 'ada')
  for (const room of ['held', 'other']) good(await ada.emit('room.join', { room }))
  await before.stop('SIGKILL')
  await admin.query(`begin; select from rooms where name = 'held' for update`)
  const hub = await start()
  const { code } = await hub.stop()
  expect(code).toBe(0)
  expect(hub.log.filter(({ level }) => Number(level) >= 50)).toEqual([])
  await admin.query('rollback')
})

test('of many long cases a moderator is told the newest, and REST pages all', async () => {
  const before = await start()
  const ada = await connect(before, 'ada')
  good(await ada.emit('room.join', { room: 'rough' }))
  await before.stop()
  await admin.query(`
    insert into moderation_cases
      (id, room_id, target_id, target_name, status, action, reason, by, stage, categories, evidence, opened_at)
    select 'case ' || n, rooms.id, 'troll', 'Troll', 'acted', 'warn', repeat('x', 1000), 'policy',
      'rules', '{insult}', '{1}', n
    from rooms, generate_series(1, 1000) n`)

  const hub = await start()
  const again = await connect(hub, 'ada', 'moderator')
  const { cases } = good(await again.emit('desk.watch', {}))
  const { snapshot } = good(await again.emit('room.join', { room: 'rough' }))
  expect(snapshot?.cases).toEqual(cases)
  expect(cases[0]?.case).toBe('case 1000')
  expect(cases.length).toBeGreaterThan(50)
  expect(JSON.stringify(cases).length).toBeLessThan(150_000)
  good(await again.emit('chat.send', { room: 'rough', text: 'still here' }))

  const token = await hub.token('ada')
  const seen = new Set<string>()
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query: string = `limit=100${cursor === '' ? '' : `&cursor=${cursor}`}`
    const response = await fetch(`${hub.url}/api/v1/rooms/rough/cases?${query}`, {
      headers: { authorization: `Bearer ${token}` },
    })
    const page: { items: { case: string }[]; next_cursor: string | null } = await response.json()
    for (const item of page.items) seen.add(item.case)
    cursor = page.next_cursor
  }
  expect(seen.size).toBe(1000)
  again.cut()
  await hub.stop()
})
