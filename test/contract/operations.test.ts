import { expect, test } from 'vitest'
import { Operations, RoomActivity } from '#protocol'
import type { TokenClaims } from '../support/hub.ts'
import { good, useHub } from './support.ts'

const setting = useHub()
const { connect, rest, roomName } = setting
const PATH = '/api/v1/operations'

test('who is not an admin is told so', async () => {
  expect((await rest(PATH)).status).toBe(401)
  for (const role of ['user', 'moderator'] as const) {
    const refused = await rest(PATH, { as: 'eve', claims: { role } })
    expect(refused.status).toBe(403)
    expect(refused.body).toMatchObject({ code: 'forbidden', detail: /admin/ })
  }
})

test('an admin sees rooms, queues, lag, the event loop and the stages, and no words', async () => {
  const room = roomName()
  const [ada, bob] = [
    await connect('ada', { rooms: { [room]: ['join'] } }),
    await connect('bob', { rooms: { [room]: ['join'] } }),
  ]
  for (const person of [ada, bob]) good(await person.emit('room.join', { room }))
  const { seq } = good(await ada.emit('chat.send', { room, text: 'a marmalade sandwich' }))
  await bob.until((event) => 'seq' in event && event.seq === seq)

  const { status, body, text } = await rest(PATH, { as: 'root', claims: { role: 'admin' } })
  expect(status).toBe(200)
  const told = Operations.strict().parse(body)
  expect(told).toMatchObject({ ready: true, rooms_total: 1 })
  expect(told.node).toMatch(/^[0-9a-f-]{36}$/)
  expect(told.uptime_ms).toBeGreaterThan(0)
  expect(told.sockets).toEqual({ open: 2, lagging: 0 })
  expect(told.memory.rss_bytes).toBeGreaterThan(told.memory.heap_used_bytes)
  expect(told.event_loop.max_ms).toBeGreaterThanOrEqual(told.event_loop.p50_ms)
  const [one] = told.rooms
  expect(one).toMatchObject({ name: room, status: 'open', people: 2, pending: 0 })
  expect(one?.seq).toBeGreaterThanOrEqual(seq)
  const stage = (name: string) => told.stages.find((s) => s.stage === name)
  for (const name of ['command', 'append', 'commit', 'fanout', 'decision']) {
    expect(stage(name)?.count, name).toBeGreaterThan(0)
    expect(stage(name)?.p50_ms, name).toBeGreaterThan(0)
    expect(stage(name)?.max_ms, name).toBeGreaterThanOrEqual(stage(name)?.p50_ms ?? 0)
  }
  // a commit is within the append that waits for it
  expect(stage('append')?.max_ms).toBeGreaterThanOrEqual(stage('commit')?.p50_ms ?? 0)
  expect(text).not.toMatch(/marmalade|ada|bob/)
})

test('a list of rooms tells what goes on in them, to who may watch', async () => {
  const room = roomName()
  const ada = await connect('ada', { rooms: { [room]: ['moderate'] } })
  good(await ada.emit('room.join', { room }))
  const bob = await connect('bob', { rooms: { [room]: ['join'] } })
  good(await bob.emit('room.join', { room }))
  for (const text of ['It rains.', 'It does.', 'You are a worthless idiot, Ada.'])
    good(await bob.emit('chat.send', { room, text }))
  await ada.until((event) => event.type === 'moderation.acted')

  const listed = async (as: string, claims: TokenClaims) => {
    const { body } = await rest('/api/v1/rooms?limit=100', { as, claims })
    return body.items.find((item: { name: string }) => item.name === room)
  }
  const seen = await listed('ada', { rooms: { [room]: ['moderate'] } })
  expect(RoomActivity.strict().parse(seen.activity)).toMatchObject({
    open_cases: 0,
    turns_per_minute: 3,
  })
  expect(seen.activity.heat).toBeGreaterThan(0.5)
  const workflows = seen.activity.agents.map((agent: { workflow: string }) => agent.workflow)
  expect(workflows.toSorted()).toEqual(['auto_join', 'moderation', 'qa', 'summarization'])

  const watcher = await listed('wil', { rooms: { [room]: ['watch'] } })
  expect(watcher.activity).toMatchObject({ turns_per_minute: 3 })
  expect(watcher.activity).not.toHaveProperty('open_cases')
  const admin = await listed('root', { role: 'admin' })
  expect(admin).toMatchObject({ name: room, participants: 2 })
  expect(admin).not.toHaveProperty('activity')

  const path = `/api/v1/rooms/${encodeURIComponent(room)}/close`
  await rest(path, { as: 'ada', claims: { rooms: { [room]: ['moderate'] } }, method: 'POST' })
  const closed = await listed('ada', { rooms: { [room]: ['moderate'] } })
  expect(closed.status).toBe('closed')
  expect(closed).not.toHaveProperty('activity')
})
