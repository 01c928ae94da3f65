import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectHub, type Hub } from '#protocol/client'
import { startHub, type TestHub } from '../support/hub.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'

describe('the sample meeting over REST', () => {
  let hub: TestHub
  let database: TestDatabase
  const hubs: Hub[] = []

  beforeAll(async () => {
    database = await createTestDatabase()
    hub = await startHub({ databaseUrl: database.url })
  }, 90_000)

  afterAll(async () => {
    for (const one of hubs) one.close()
    await hub?.stop()
    await database?.drop()
  })

  async function post(path: string, token: string, body: object = {}) {
    const response = await fetch(`${hub.url}/api/v1${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return { status: response.status, headers: response.headers, body: await response.json() }
  }

  async function watch(room: string, token: string) {
    const one = connectHub({ url: hub.url, token })
    hubs.push(one)
    return one.join(room, { as: 'watch', history: 500 })
  }

  test('it is played into a room of the user, by guests, and the agents take part', async () => {
    const token = await hub.token('nina')
    const { status, headers, body } = await post('/sample', token, { speed: 5 })
    expect(status).toBe(201)
    expect(headers.get('location')).toBe(`/api/v1/rooms/${encodeURIComponent(body.room)}`)
    expect(body).toMatchObject({ speed: 5, turns: expect.any(Number) })
    const room = await watch(body.room, token)
    const said = await room.when(({ transcript }) => transcript.filter((l) => l.final)[1], 20_000)
    expect(said.speaker.id).toMatch(/^replay:/)
    await room.when(({ talkback }) => talkback.some((one) => one.done), 20_000)

    const again = await post('/sample', token)
    expect(again).toMatchObject({ status: 409, body: { code: 'conflict' } })
    expect(again.body.detail).toContain(body.room)

    // Closing the room ends it: nobody speaks there any more, nobody opens it again.
    expect((await post(`/rooms/${encodeURIComponent(body.room)}/close`, token)).status).toBe(200)
    await expect
      .poll(async () => (await post('/sample', token)).status, { timeout: 20_000 })
      .toBe(201)
    const response = await fetch(`${hub.url}/api/v1/rooms/${encodeURIComponent(body.room)}`, {
      headers: { authorization: `Bearer ${token}` },
    })
    expect(await response.json()).toMatchObject({ status: 'closed', owner: 'nina' })
  })

  test('deleting the room ends it, too', async () => {
    const token = await hub.token('dora')
    const { body } = await post('/sample', token)
    const room = await watch(body.room, token)
    await room.when(({ participants }) => participants.length > 1, 20_000)
    const response = await fetch(`${hub.url}/api/v1/rooms/${encodeURIComponent(body.room)}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${token}` },
    })
    expect(response.status).toBe(204)
    await expect
      .poll(async () => (await post('/sample', token)).status, { timeout: 20_000 })
      .toBe(201)
  })

  test('its guests are marked as such, and the log holds none of its words', async () => {
    const token = await hub.token('omar')
    const { body } = await post('/sample', token)
    const room = await watch(body.room, token)
    const people = await room.when(
      ({ participants }) => (participants.length >= 4 ? participants : undefined),
      20_000,
    )
    for (const { id } of people) expect(id).toMatch(/^(replay|agent):/)
    expect(hub.log.some((line) => JSON.stringify(line).includes('Larkspur'))).toBe(false)
    await post(`/rooms/${encodeURIComponent(body.room)}/close`, token)
  })

  test('who may own no room, or says a speed that is none, is refused', async () => {
    const bound = await hub.token('rosa', { rooms: { elsewhere: ['join'] } })
    expect(await post('/sample', bound)).toMatchObject({ status: 403, body: { code: 'forbidden' } })
    for (const speed of [0, 100, 'fast'])
      expect((await post('/sample', await hub.token('rosa'), { speed })).status).toBe(422)
    expect((await post('/sample', '')).status).toBe(401)
  })

  test('rooms are listed by status and by a part of their name', async () => {
    const token = await hub.token('lara')
    for (const name of ['Clinic 50% 🏥', 'clinical', 'under_score', 'closed CLINIC'])
      await post('/rooms', token, { name })
    await post(`/rooms/${encodeURIComponent('closed CLINIC')}/close`, token)
    const names = async (query: string) => {
      const response = await fetch(`${hub.url}/api/v1/rooms?${query}`, {
        headers: { authorization: `Bearer ${token}` },
      })
      const { items } = (await response.json()) as { items: { name: string }[] }
      return items.map(({ name }) => name).sort()
    }
    expect(await names('name=cLiNiC')).toEqual(['Clinic 50% 🏥', 'clinical', 'closed CLINIC'])
    expect(await names(`name=${encodeURIComponent('🏥')}`)).toEqual(['Clinic 50% 🏥'])
    expect(await names('name=%25')).toEqual(['Clinic 50% 🏥'])
    expect(await names('name=_')).toEqual(['under_score'])
    expect(await names('status=closed')).toEqual(['closed CLINIC'])
    expect(await names('status=open&name=clinic')).toEqual(['Clinic 50% 🏥', 'clinical'])
  })
})
