import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AccessToken, RoomServiceClient } from 'livekit-server-sdk'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { startHub } from '../support/hub.ts'
import { type LiveKitServer, startLiveKit } from '../support/livekit.ts'
import { fencesOf } from '../support/markdown.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { good, type RestAnswer, useHub } from './support.ts'

const README = new URL('../../README.md', import.meta.url)

function problem(answer: RestAnswer, status: number, code: string) {
  expect([answer.status, answer.body?.code]).toEqual([status, code])
}

const pathOf = (room: string, rest: string) => `/api/v1/rooms/${encodeURIComponent(room)}${rest}`
const admin = { as: 'root', claims: { role: 'admin' as const } }

describe('without a LiveKit server', () => {
  const { connect, rest, roomName } = useHub()

  test('it is said which variables connect one', async () => {
    const room = roomName()
    const ada = await connect('ada')
    good(await ada.emit('room.join', { room }))
    const variables = /LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET/
    for (const [path, method] of [
      ['/dispatch', 'POST'],
      ['/dispatch', 'DELETE'],
      ['/livekit-token', 'POST'],
    ] as const) {
      const answer = await rest(pathOf(room, path), { as: 'ada', method })
      problem(answer, 409, 'conflict')
      expect(answer.body.detail).toMatch(variables)
    }
    const hook = await rest('/api/v1/livekit/webhook', { method: 'POST', body: {} })
    problem(hook, 404, 'not_found')
    expect(hook.body.detail).toMatch(variables)
  })

  test('rules of arrival are made, listed in their order, changed and dropped, by admins', async () => {
    const make = (body: object) => rest('/api/v1/arrival-rules', { ...admin, method: 'POST', body })
    const first = await make({ pattern: 'team-*', owner: 'tea' })
    expect(first.status).toBe(201)
    expect(first.headers.get('location')).toBe(`/api/v1/arrival-rules/${first.body.id}`)
    expect(first.body).toMatchObject({
      ...{ pattern: 'team-*', position: 1, join: true, owner: 'tea', agents: {}, settings: {} },
      created_at: expect.any(Number),
    })
    problem(await make({ pattern: 'team-*' }), 409, 'conflict')
    problem(await make({ pattern: '' }), 422, 'invalid')
    problem(await make({ pattern: 'a', agents: { cook: {} } }), 422, 'invalid')
    const second = await make({
      ...{
        pattern: '*',
        join: false,
        agents: { qa: { name: 'Ada' }, moderation: { enabled: false } },
      },
      settings: { record: 'off', voice: false },
    })
    expect(second.body).toMatchObject({
      ...{ position: 2, join: false, owner: null, settings: { record: 'off', voice: false } },
      agents: { qa: { name: 'Ada' }, moderation: { enabled: false } },
    })

    const one = await rest('/api/v1/arrival-rules?limit=1', admin)
    expect(one.body.items).toEqual([first.body])
    const path = `/api/v1/arrival-rules?limit=1&cursor=${one.body.next_cursor}`
    expect((await rest(path, admin)).body).toEqual({ items: [second.body], next_cursor: null })

    const address = `/api/v1/arrival-rules/${second.body.id}`
    const change = (body: object) => rest(address, { ...admin, method: 'PATCH', body })
    expect((await change({ position: 0, join: true })).body).toEqual({
      ...{ ...second.body, position: 0, join: true },
    })
    expect((await change({ owner: 'olga' })).body.owner).toBe('olga')
    expect((await change({ owner: null })).body.owner).toBe(null)
    problem(await change({ pattern: 'team-*' }), 409, 'conflict')
    const list = await rest('/api/v1/arrival-rules', admin)
    expect(list.body.items.map((rule: { pattern: string }) => rule.pattern)).toEqual([
      '*',
      'team-*',
    ])

    for (const others of [
      { as: 'ada' },
      { as: 'root', claims: { role: 'admin' as const, rooms: {} } },
    ]) {
      problem(await rest('/api/v1/arrival-rules', others), 403, 'forbidden')
      problem(await rest(address, { ...others, method: 'DELETE' }), 403, 'forbidden')
    }
    expect((await rest(address, { ...admin, method: 'DELETE' })).status).toBe(204)
    problem(await rest(address, { ...admin, method: 'DELETE' }), 404, 'not_found')
    problem(await change({ position: 1 }), 404, 'not_found')
  })

  test('a rule comes after all others, also where one has the last position that can be set', async () => {
    const made: { id: string; pattern: string }[] = []
    for (const body of [{ pattern: 'last', position: 1_000_000 }, { pattern: '\\' }]) {
      const answer = await rest('/api/v1/arrival-rules', { ...admin, method: 'POST', body })
      expect(answer.status).toBe(201)
      made.push(answer.body)
    }
    const list = await rest('/api/v1/arrival-rules?limit=72', admin)
    expect([list.status, list.body.items.slice(-2)]).toEqual([200, made])
  })
})

describe('with a LiveKit server', () => {
  let livekit: LiveKitServer
  let hooks: Server
  /** What LiveKit has sent, to be sent on to the hub. */
  const events: { body: string; authorization: string; type: string }[] = []
  const waiting = new Set<() => void>()

  beforeAll(async () => {
    hooks = createServer((request, response) => {
      const parts: Buffer[] = []
      request.on('data', (part: Buffer) => parts.push(part))
      request.on('end', () => {
        const { authorization = '', 'content-type': type = '' } = request.headers
        events.push({ body: Buffer.concat(parts).toString(), authorization, type })
        for (const look of waiting) look()
        response.end()
      })
    }).listen(0, '127.0.0.1')
    await new Promise((resolve) => hooks.once('listening', resolve))
    const { port } = hooks.address() as AddressInfo
    livekit = await startLiveKit({ webhookUrl: `http://127.0.0.1:${port}/` })
  }, 600_000)
  afterAll(async () => {
    await livekit.stop()
    hooks.close()
  })
  // by what the README says, for this server
  const setting = useHub(() => {
    const lines = fencesOf(README).find(({ language }) => language === 'ini')?.text ?? ''
    const named = [...lines.matchAll(/^(\w+)=/gm)].map(([, name]) => name ?? '')
    expect(named).toHaveLength(3)
    return {
      env: Object.fromEntries(named.map((name) => [name, { ...livekit.env }[name] ?? ''])),
    }
  })
  const { connect, rest, roomName } = setting

  const service = () =>
    new RoomServiceClient(livekit.url.replace('ws', 'http'), livekit.apiKey, livekit.apiSecret)
  const inside = async (room: string) =>
    (await service().listParticipants(room)).map(({ identity }) => identity)

  function webhookOf(type: string, room: string) {
    return new Promise<(typeof events)[number]>((resolve) => {
      const look = () => {
        const found = events.find(({ body }) => {
          const event = JSON.parse(body)
          return event.event === type && event.room?.name === room
        })
        if (!found) return
        waiting.delete(look)
        resolve(found)
      }
      waiting.add(look)
      look()
    })
  }

  test('agents are sent into a room and out again, by its moderators', async () => {
    const room = roomName()
    const ada = await connect('ada')
    good(await ada.emit('room.join', { room }))
    const member = { rights: ['join'] }
    await rest(pathOf(room, '/members/mia'), { as: 'ada', method: 'PUT', body: member })
    const send = (as: string, method: 'POST' | 'DELETE') =>
      rest(pathOf(room, '/dispatch'), { as, method })
    problem(await send('mia', 'POST'), 403, 'forbidden')
    problem(await send('eve', 'POST'), 404, 'not_found')

    const sent = await send('ada', 'POST')
    expect(sent.status).toBe(201)
    expect(sent.body).toEqual({ room, sid: expect.stringMatching(/^RM_/) })
    expect(await inside(room)).toEqual([`aura-${sent.body.sid}`])
    expect((await send('ada', 'POST')).body).toEqual(sent.body)

    expect((await send('ada', 'DELETE')).status).toBe(204)
    expect((await send('ada', 'DELETE')).status).toBe(204)
    expect(await inside(room)).toEqual([])
    expect((await send('ada', 'POST')).body).toEqual(sent.body)
    expect(await inside(room)).toEqual([`aura-${sent.body.sid}`])
  })

  test('a token lets those into the LiveKit room who may join the room', async () => {
    const room = roomName()
    const ada = await connect('ada', { name: 'Ada' })
    good(await ada.emit('room.join', { room }))
    const ask = (as: string, claims = {}) =>
      rest(pathOf(room, '/livekit-token'), { as, claims, method: 'POST' })
    const rooms = (right: 'join' | 'watch') => ({ rooms: { [room]: [right] } })
    problem(await ask('eve'), 404, 'not_found')
    problem(await ask('wim', rooms('watch')), 403, 'forbidden')

    const { status, body } = await ask('ben', { name: 'Ben', ...rooms('join') })
    expect([status, body.url]).toEqual([200, livekit.url])
    // LiveKit itself says whether it is good
    const url = `${livekit.url.replace('ws', 'http')}/rtc/validate?access_token=${body.token}`
    expect((await fetch(url)).status).toBe(200)
    const { video, sub, name } = JSON.parse(
      Buffer.from(body.token.split('.')[1] ?? '', 'base64url').toString(),
    )
    expect(sub).toMatch(/^hub\./)
    expect([name, video.room, video.roomJoin, video.roomAdmin]).toEqual([
      'Ben',
      room,
      true,
      undefined,
    ])

    const ben = await connect('ben', rooms('join'))
    good(await ben.emit('room.join', { room }))
    good(await ada.emit('moderation.act', { room, target: 'ben', action: 'remove', reason: 'r' }))
    problem(await ask('ben', rooms('join')), 403, 'removed')

    // who takes a name in the hub gets nobody into the LiveKit room of another's
    const made = await rest('/api/v1/arrival-rules', {
      ...{ ...admin, method: 'POST', body: { pattern: `${room}*`, owner: 'olga' } },
    })
    const refused = await ask('ada')
    problem(refused, 403, 'forbidden')
    expect(refused.body.detail).toMatch(/rule of arrival/)
    const rule = `/api/v1/arrival-rules/${made.body.id}`
    await rest(rule, { ...admin, method: 'PATCH', body: { owner: 'ada' } })
    expect((await ask('ada')).status).toBe(200)
  })

  test('webhooks are taken with the signature of LiveKit alone, and bring the agents', async () => {
    const room = roomName()
    await service().createRoom({ name: room })
    const { body, authorization, type } = await webhookOf('room_started', room)
    expect(type).toBe('application/webhook+json')
    const post = (sent: string, headers: Record<string, string>) =>
      fetch(`${setting.hub.url}/api/v1/livekit/webhook`, { method: 'POST', body: sent, headers })
    const signed = { 'content-type': type, authorization }
    for (let times = 0; times < 2; times++) expect((await post(body, signed)).status).toBe(200)
    // what stands between may call it otherwise
    const asJson = { ...signed, 'content-type': 'application/json' }
    expect((await post(body, asJson)).status).toBe(200)

    const refused = await post(`${body} `, signed)
    expect(refused.status).toBe(401)
    expect(await refused.json()).toMatchObject({
      code: 'unauthenticated',
      detail: expect.stringContaining('LIVEKIT_API_KEY'),
    })
    const other = await new AccessToken(livekit.apiKey, 'another secret').toJwt()
    expect((await post(body, { ...signed, authorization: other })).status).toBe(401)
    expect((await post(body, { 'content-type': type })).status).toBe(401)
    expect((await post('', signed)).status).toBe(401)
    expect((await rest('/readyz')).status).toBe(200)
  })
})

test('a key that LiveKit refuses is said once, without its secret, and the hub works on', async () => {
  const livekit = await startLiveKit()
  const database = await createTestDatabase()
  const hub = await startHub({
    databaseUrl: database.url,
    env: { ...livekit.env, LIVEKIT_API_SECRET: 'not-the-secret-of-that-server-0123456789' },
  })
  try {
    const said = () => hub.log.filter(({ msg }) => /LiveKit/.test(String(msg)))
    await vi.waitFor(() => expect(said()).toHaveLength(1), 20_000)
    expect(said()[0]?.msg).toMatch(/refuses the hub: LIVEKIT_API_KEY and LIVEKIT_API_SECRET/)
    expect((await fetch(`${hub.url}/readyz`)).status).toBe(200)
    // no answer is better than another
    await livekit.stop()
    await vi.waitFor(() => expect(said()).toHaveLength(2), 20_000)
    expect(said()[1]?.msg).toMatch(/does not answer/)
    expect((await fetch(`${hub.url}/readyz`)).status).toBe(200)
    expect(JSON.stringify(hub.log)).not.toContain('not-the-secret')
  } finally {
    expect(await hub.stop()).toEqual({ code: 0, signal: null })
    await livekit.stop()
    await database.drop()
  }
}, 120_000)
