import { expect, test } from 'vitest'
import { decodeOgg, loudness, tone } from '../support/ogg.ts'
import { errorOf, good, type Person, type RestAnswer, useHub } from './support.ts'

const setting = useHub()
const { connect, rest, roomName } = setting

const pathOf = (room: string, rest = '') =>
  `/api/v1/rooms/${encodeURIComponent(room)}/recordings${rest}`

/** Says something aloud for two seconds, after having been told that it is kept. */
async function talks(person: Person, room: string, amplitude: number) {
  await person.until(
    (event) => event.type === 'chat.message' && 'seq' in event && event.actor.kind === 'system',
  )
  good(await person.emit('audio.start', { room, sample_rate: 16_000 }))
  const sound = tone(2_000, amplitude)
  for (let at = 0; at < sound.length; at += 1_600)
    person.sendBytes(new Uint8Array(sound.slice(at, at + 1_600).buffer))
  good(await person.emit('audio.stop', { room }))
}

/** The list, once it is as it should be. */
async function list(room: string, ready: (answer: RestAnswer) => boolean): Promise<RestAnswer> {
  for (const until = Date.now() + 15_000; ; ) {
    const answer = await rest(pathOf(room), { as: 'ada' })
    if (ready(answer)) return answer
    if (Date.now() > until) throw new Error(`not so: ${answer.text}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

test('a recorded meeting is announced, heard by its moderators alone, and deleted', async () => {
  const room = roomName()
  const ada = await connect('ada')
  good(await ada.emit('room.join', { room }))
  const rooms = { [room]: ['join' as const] }
  const bob = await connect('bob', { name: 'Bob', rooms })
  good(await bob.emit('room.join', { room }))
  expect((await rest(pathOf(room), { as: 'ada' })).body).toEqual({ items: [], next_cursor: null })

  const settings = { record: 'meeting', record_days: 3 }
  await rest(`/api/v1/rooms/${encodeURIComponent(room)}`, {
    ...{ as: 'ada', method: 'PATCH', body: { settings } },
  })
  // who is in the room knows at once
  const changed = await bob.until(({ type }) => type === 'room.updated')
  expect(changed).toMatchObject({ data: { settings: { ...settings, voice: true } } })
  await talks(bob, room, 8_000)
  await talks(ada, room, 2_000)
  const told = bob.events.find(({ type }) => type === 'chat.message')
  expect(told).toMatchObject({
    actor: { kind: 'system' },
    data: {
      text: expect.stringContaining('being recorded: what each person says is kept for 3 days'),
    },
  })
  // so does who was away meanwhile
  const back = await connect('bob', { name: 'Bob', rooms })
  const since = { epoch: changed.epoch, seq: 1 }
  expect(good(await back.emit('room.join', { room, since })).recovered).toBe(true)
  const renewed = await back.until(({ type }) => type === 'room.updated')
  expect(renewed).toMatchObject({ data: { settings: { ...settings, voice: true } } })
  back.cut()
  // late comers see it in the room's settings, and are told as well
  const cem = await connect('cem', { rooms })
  const { snapshot } = good(await cem.emit('room.join', { room }))
  expect(snapshot?.room.settings).toMatchObject(settings)
  await cem.until(({ type, ...event }) => type === 'chat.message' && 'to' in event)

  await rest(`/api/v1/rooms/${encodeURIComponent(room)}/close`, { as: 'ada', method: 'POST' })
  const { body } = await list(
    room,
    ({ body }) =>
      body.items?.length === 2 && body.items.every((one: { ended_at: unknown }) => one.ended_at),
  )
  const his = body.items.find((one: { user: string }) => one.user === 'bob')
  expect(his).toMatchObject({ kind: 'meeting', user_name: 'Bob', bytes: expect.any(Number) })
  expect(his.expires_at - his.started_at).toBe(3 * 86_400_000)
  const page = await rest(`${pathOf(room)}?limit=1`, { as: 'ada' })
  const second = await rest(`${pathOf(room)}?limit=1&cursor=${page.body.next_cursor}`, {
    as: 'ada',
  })
  expect([...page.body.items, ...second.body.items]).toEqual(body.items)
  expect(second.body.next_cursor).toBeNull()

  const token = await setting.hub.token('ada')
  const answer = await fetch(`${setting.hub.url}${pathOf(room, `/${his.id}`)}`, {
    headers: { authorization: `Bearer ${token}` },
  })
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'audio/ogg'])
  expect(answer.headers.get('cache-control')).toContain('no-store')
  const file = new Uint8Array(await answer.arrayBuffer())
  expect(file.length).toBe(his.bytes)
  expect(loudness(decodeOgg(file), 200, 1_800)).toBeGreaterThan(3_000)

  const one = pathOf(room, `/${his.id}`)
  const no = async (as: string, method = 'GET') =>
    (await rest(one, { as, method, claims: { rooms } })).body.code
  expect([await no('bob'), await no('bob', 'DELETE')]).toEqual(['forbidden', 'forbidden'])
  expect((await rest(one, { as: 'eve' })).body.code).toBe('not_found')
  expect((await rest(pathOf(room), { as: 'root', claims: { role: 'admin' } })).body.code).toBe(
    'not_found',
  )
  const elsewhere = roomName()
  await rest('/api/v1/rooms', { as: 'ada', method: 'POST', body: { name: elsewhere } })
  expect((await rest(pathOf(elsewhere, `/${his.id}`), { as: 'ada' })).status).toBe(404)

  expect((await rest(one, { as: 'ada', method: 'DELETE' })).status).toBe(204)
  expect((await rest(one, { as: 'ada' })).status).toBe(404)
  expect((await rest(pathOf(room), { as: 'ada' })).body.items).toHaveLength(1)
  expect(errorOf(await bob.emit('audio.start', { room, sample_rate: 16_000 })).code).toBe(
    'forbidden',
  )
})
