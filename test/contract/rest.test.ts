import { readFileSync } from 'node:fs'
import { connect as connectTcp } from 'node:net'
import { expect, test } from 'vitest'
import { good, type RestAnswer, useHub } from './support.ts'

const setting = useHub()
const { connect, roomName, rest } = setting

const pathOf = (room: string, rest = '') => `/api/v1/rooms/${encodeURIComponent(room)}${rest}`

/** A room of ada's with a member, a watcher's grant and something said. */
async function meeting() {
  const room = roomName()
  const ada = await connect('ada', { name: 'Ada' })
  good(await ada.emit('room.join', { room }))
  await rest(pathOf(room, '/members/mia'), { as: 'ada', method: 'PUT', body: { rights: ['join'] } })
  const rooms = { [room]: ['join' as const] }
  const bob = await connect('bob', { name: 'Bob <b>', rooms })
  good(await bob.emit('room.join', { room }))
  const say = async (person: typeof ada, segment: string, text: string) =>
    good(
      await person.emit('caption.push', {
        room,
        segment,
        text,
        final: true,
        start_ms: 1,
        end_ms: 2,
      }),
    )
  await say(ada, 's1', 'Good morning')
  await say(bob, 's1', 'Morning & hello')
  good(await bob.emit('chat.send', { room, text: 'between us', to: 'ada' }))
  good(await ada.emit('moderation.act', { room, target: 'bob', action: 'warn', reason: 'r' }))
  return { room, ada, bob, rooms }
}

/** Every error has the one form. */
function problem(answer: RestAnswer, status: number, code: string) {
  expect([answer.status, answer.body?.code]).toEqual([status, code])
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  expect(answer.body).toMatchObject({
    type: expect.any(String),
    title: expect.any(String),
    status,
    detail: expect.any(String),
    instance: expect.any(String),
  })
}

test('a room is made, read, changed, closed and erased', async () => {
  const name = `caf\u00e9/${roomName()} \u{1F389}`
  const as = 'maker'
  const made = await rest('/api/v1/rooms', {
    as,
    method: 'POST',
    body: { name, settings: { moderators_see_private: true } },
  })
  expect(made.status).toBe(201)
  expect(made.headers.get('location')).toBe(pathOf(name))
  expect(made.body).toMatchObject({
    name,
    status: 'open',
    owner: as,
    media: 'local',
    participants: 0,
    settings: {
      ...{ moderators_see_private: true, empty_timeout_ms: 300_000 },
      ...{ voice: true, record: 'off', record_days: 30 },
    },
  })
  problem(await rest('/api/v1/rooms', { as, method: 'POST', body: { name } }), 409, 'conflict')
  expect((await rest(pathOf(name), { as })).body).toEqual(made.body)

  const patched = await rest(pathOf(name), {
    as,
    method: 'PATCH',
    body: { settings: { empty_timeout_ms: 60_000, record: 'cases' } },
  })
  expect(patched.body.settings).toEqual({
    ...{ moderators_see_private: true, empty_timeout_ms: 60_000 },
    ...{ voice: true, record: 'cases', record_days: 30 },
    ...{ retention_days: null, admins_may_read: false },
  })

  const closed = await rest(pathOf(name, '/close'), { as, method: 'POST' })
  expect(closed.body).toMatchObject({ status: 'closed', closed_at: expect.any(Number) })
  expect((await rest(pathOf(name, '/close'), { as, method: 'POST' })).status).toBe(200)

  expect((await rest(pathOf(name), { as, method: 'DELETE' })).status).toBe(204)
  problem(await rest(pathOf(name), { as }), 404, 'not_found')
})

test('lists come in pages, newest first, without a repetition', async () => {
  const as = 'collector'
  const names = Array.from({ length: 5 }, () => roomName())
  for (const name of names) await rest('/api/v1/rooms', { as, method: 'POST', body: { name } })
  const seen: string[] = []
  let cursor: string | null = ''
  for (let pages = 1; cursor !== null; pages++) {
    const answer: RestAnswer = await rest(
      `/api/v1/rooms?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`,
      { as },
    )
    expect(answer.body.items.length).toBeLessThanOrEqual(2)
    seen.push(...answer.body.items.map((item: { name: string }) => item.name))
    cursor = answer.body.next_cursor
    expect(pages).toBeLessThan(4)
  }
  expect(seen).toEqual(names.reverse())
})

test('an Idempotency-Key makes a creation happen once', async () => {
  const body = { name: roomName() }
  const make = (key: string, what: object = body, as = 'ada') =>
    rest('/api/v1/rooms', { as, method: 'POST', body: what, headers: { 'idempotency-key': key } })
  const [first, second] = [await make('k1'), await make('k1')]
  expect([first.status, second.status]).toEqual([201, 201])
  expect(second.body).toEqual(first.body)
  expect(second.headers.get('location')).toBe(first.headers.get('location'))
  problem(await make('k1', { name: roomName() }), 422, 'invalid')
  problem(await make('k2'), 409, 'conflict')
  // a failure is not kept, and another user's key is another key
  problem(await make('k2'), 409, 'conflict')
  expect((await make('k1', { name: roomName() }, 'bob')).status).toBe(201)
  problem(await make('bad key'), 422, 'invalid')

  const raced = { name: roomName() }
  const answers = await Promise.all([make('k3', raced), make('k3', raced), make('k3', raced)])
  for (const answer of answers) expect([201, 409]).toContain(answer.status)
  expect(answers.filter((answer) => answer.status === 201).length).toBeGreaterThan(0)
  expect((await make('k3', raced)).status).toBe(201)
})

test('what a reader sees over REST is what they saw live, seq by seq', async () => {
  const { room, ada, bob, rooms } = await meeting()
  const eve = await connect('eve', { rooms })
  good(await eve.emit('room.join', { room, as: 'watch' }))
  good(await bob.emit('chat.send', { room, text: 'again between us', to: 'ada' }))
  const { seq } = good(await ada.emit('chat.send', { room, text: 'for all' }))
  for (const person of [ada, bob, eve]) {
    await person.until((event) => 'seq' in event && event.seq === seq)
    const claims = person === ada ? {} : { rooms }
    const logged: { seq: number }[] = []
    for (let cursor: string | null = '0'; cursor !== null; ) {
      const answer: RestAnswer = await rest(pathOf(room, `/events?after=${cursor}&limit=7`), {
        as: person.userId,
        claims,
      })
      logged.push(...answer.body.items)
      cursor = answer.body.next_cursor
    }
    expect(logged.map((event) => event.seq)).toEqual(logged.map((_, i) => i + 1))
    // agents greet meanwhile: what came after the pages is in none of them
    expect(logged.length).toBeGreaterThanOrEqual(seq)
    const live = person.events.filter((event) => 'seq' in event && event.seq <= logged.length)
    expect(live.length).toBeGreaterThan(1)
    for (const event of live) if ('seq' in event) expect(logged[event.seq - 1]).toEqual(event)
    const history = good(await person.emit('room.history', { room, after: 0 }))
    expect(history.events.length).toBeGreaterThanOrEqual(logged.length)
    expect(history.events.slice(0, logged.length)).toEqual(logged)
  }
  const types = eve.events.map((event) => event.type)
  expect(types).toContain('hidden')
})

test('the transcript as JSON, text and WebVTT', async () => {
  const { room, ada } = await meeting()
  const json = await rest(pathOf(room, '/transcript'), { as: 'ada' })
  expect(json.body.items).toEqual([
    expect.objectContaining({
      text: 'Good morning',
      speaker: { id: 'ada', name: 'Ada' },
      start_ms: 1,
    }),
    expect.objectContaining({ text: 'Morning & hello', speaker: { id: 'bob', name: 'Bob <b>' } }),
  ])
  const text = await rest(pathOf(room, '/transcript?format=text'), { as: 'ada' })
  expect(text.headers.get('content-type')).toMatch(/^text\/plain/)
  expect(text.text).toBe('[00:00:00] Ada: Good morning\n[00:00:00] Bob <b>: Morning & hello\n')
  const vtt = await rest(pathOf(room, '/transcript?format=vtt'), { as: 'ada' })
  expect(vtt.headers.get('content-type')).toMatch(/^text\/vtt/)
  expect(vtt.text).toContain('<v Bob &lt;b&gt;>Morning &amp; hello\n')
  problem(await rest(pathOf(room, '/transcript?format=pdf'), { as: 'ada' }), 422, 'invalid')
  ada.cut()
})

test('participants, cases, review, members and agents', async () => {
  const { room, bob } = await meeting()
  const as = 'ada'
  const participants = await rest(pathOf(room, '/participants'), { as })
  expect(participants.body.items.map((item: { id: string }) => item.id)).toEqual(
    expect.arrayContaining(['ada', 'bob']),
  )

  const cases = await rest(pathOf(room, '/cases'), { as })
  expect(cases.body.items).toEqual([
    expect.objectContaining({ target: 'bob', action: 'warn', status: 'acted', by: 'ada', room }),
  ])
  const id = cases.body.items[0].case
  const review = (body: object, caseId = id) =>
    rest(pathOf(room, `/cases/${caseId}/review`), { as, method: 'POST', body })
  problem(await review({ decision: 'perhaps' }), 422, 'invalid')
  problem(await review({ decision: 'undo' }, 'nope'), 404, 'not_found')
  expect((await review({ decision: 'undo', note: 'too harsh' })).body).toMatchObject({
    case: id,
    status: 'undone',
    note: 'too harsh',
    decided_by: 'ada',
  })
  problem(await review({ decision: 'undo' }), 409, 'conflict')

  const member = pathOf(room, `/members/${encodeURIComponent('us/er \u{1F600}')}`)
  problem(await rest(member, { as }), 404, 'not_found')
  const put = await rest(member, { as, method: 'PUT', body: { rights: ['watch', 'watch'] } })
  expect(put.body).toEqual({ user: 'us/er \u{1F600}', rights: ['watch'] })
  expect((await rest(member, { as })).body).toEqual(put.body)
  problem(await rest(member, { as, method: 'PUT', body: { rights: ['own'] } }), 422, 'invalid')
  expect((await rest(member, { as, method: 'DELETE' })).status).toBe(204)
  problem(await rest(member, { as, method: 'DELETE' }), 404, 'not_found')

  const agent = pathOf(room, '/agents/qa')
  expect((await rest(agent, { as })).body).toMatchObject({ workflow: 'qa', enabled: true })
  const renamed = await rest(agent, { as, method: 'PUT', body: { name: 'Helper' } })
  expect(renamed.body).toEqual({ workflow: 'qa', enabled: true, name: 'Helper' })
  problem(await rest(pathOf(room, '/agents/dance'), { as }), 422, 'invalid')
  bob.cut()
})

test('the summary, once there is one', async () => {
  const { room, ada } = await meeting()
  problem(await rest(pathOf(room, '/summary'), { as: 'stranger' }), 404, 'not_found')
  const file = new URL('../../protocol/client/sample-meeting.json', import.meta.url)
  const { turns } = JSON.parse(readFileSync(file, 'utf8')) as { turns: { text: string }[] }
  for (const [i, { text }] of turns.slice(0, 14).entries())
    good(await ada.emit('caption.push', { room, segment: `more ${i}`, text, final: true }))
  await ada.until((event) => event.type === 'summary.updated', 25_000)
  const { status, body } = await rest(pathOf(room, '/summary'), { as: 'ada' })
  expect(status).toBe(200)
  expect(body).toMatchObject({ version: expect.any(Number), key_points: expect.any(Array) })
})

const READS = [
  '',
  '/participants',
  '/events',
  '/transcript',
  '/summary',
  '/cases',
  '/members/mia',
  '/agents/qa',
]
const WRITES: [string, string, unknown][] = [
  ['PATCH', '', { settings: {} }],
  ['POST', '/close', undefined],
  ['PUT', '/members/zoe', { rights: ['join'] }],
  ['DELETE', '/members/mia', undefined],
  ['PUT', '/agents/qa', { enabled: false }],
  ['POST', '/cases/none/review', { decision: 'undo' }],
  ['DELETE', '', undefined],
]

test('a stranger, and an admin about words, find nothing', async () => {
  const { room } = await meeting()
  for (const path of READS)
    problem(await rest(pathOf(room, path), { as: 'stranger' }), 404, 'not_found')
  for (const [method, path, body] of WRITES)
    problem(await rest(pathOf(room, path), { as: 'stranger', method, body }), 404, 'not_found')
  expect((await rest('/api/v1/rooms', { as: 'stranger' })).body.items).toEqual([])

  const admin = { as: 'root', claims: { role: 'admin' as const } }
  expect((await rest(pathOf(room), admin)).body).toMatchObject({ name: room, participants: 2 })
  expect((await rest('/api/v1/rooms?limit=100', admin)).body.items).toContainEqual(
    expect.objectContaining({ name: room }),
  )
  for (const path of READS.slice(1))
    problem(await rest(pathOf(room, path), admin), 404, 'not_found')
  for (const [method, path, body] of WRITES)
    problem(await rest(pathOf(room, path), { ...admin, method, body }), 404, 'not_found')
})

test('a member reads, and changes nothing', async () => {
  const { room } = await meeting()
  const as = 'mia'
  for (const path of ['', '/participants', '/events', '/transcript', '/members/mia', '/agents/qa'])
    expect([path, (await rest(pathOf(room, path), { as })).status]).toEqual([path, 200])
  problem(await rest(pathOf(room, '/cases'), { as }), 403, 'forbidden')
  for (const [method, path, body] of WRITES)
    problem(await rest(pathOf(room, path), { as, method, body }), 403, 'forbidden')
})

test('a token with rooms reaches those only, also of its owner', async () => {
  const { room } = await meeting()
  const claims = { rooms: { elsewhere: ['moderate' as const] } }
  for (const path of READS)
    problem(await rest(pathOf(room, path), { as: 'ada', claims }), 404, 'not_found')
})

test('whom a moderator removed reads no more', async () => {
  const { room, ada, rooms } = await meeting()
  good(await ada.emit('moderation.act', { room, target: 'bob', action: 'remove' }))
  for (const path of ['/events', '/transcript', '/participants', '/summary'])
    problem(await rest(pathOf(room, path), { as: 'bob', claims: { rooms } }), 403, 'removed')
})

test('broken requests have their answers', async () => {
  const as = 'ada'
  const post = (body: unknown, headers = {}) =>
    rest('/api/v1/rooms', { as, method: 'POST', body, headers })
  problem(await post('{"name":'), 400, 'malformed')
  problem(await post('{"name":"a","__proto__":{}}'), 400, 'malformed')
  problem(
    await post('name=a', { 'content-type': 'application/x-www-form-urlencoded' }),
    400,
    'malformed',
  )
  problem(await post({}), 422, 'invalid')
  problem(await post({ name: 'x'.repeat(300_000) }), 413, 'too_large')
  const invalid = await post({ name: 'a\u0000b', settings: { empty_timeout_ms: 1 } })
  problem(invalid, 422, 'invalid')
  expect(invalid.body.errors.map((error: { pointer: string }) => error.pointer)).toEqual([
    '/body/name',
    '/body/settings/empty_timeout_ms',
  ])
  problem(await rest('/api/v1/rooms?limit=101', { as }), 422, 'invalid')
  problem(await rest('/api/v1/rooms?limit=x', { as }), 422, 'invalid')
  problem(await rest('/api/v1/rooms?cursor=nonsense', { as }), 422, 'invalid')
  const cursor = (...position: unknown[]) =>
    Buffer.from(JSON.stringify(position)).toString('base64url')
  const room = roomName()
  problem(await rest(pathOf(room, '/cases'), { as }), 404, 'not_found')
  await post({ name: room })
  for (const id of ['x', '\u0000', '', 7, null])
    problem(await rest(`/api/v1/rooms?cursor=${cursor(1, id)}`, { as }), 422, 'invalid')
  for (const bad of [cursor(1, '\u0000'), cursor(1, ''), cursor('1', 'x'), cursor(1), 'x'])
    for (const list of ['/cases', '/participants'])
      problem(await rest(pathOf(room, `${list}?cursor=${bad}`), { as }), 422, 'invalid')
  for (const bad of ['x', '-1', '1.5', '%00'])
    problem(await rest(pathOf(room, `/events?cursor=${bad}`), { as }), 422, 'invalid')
  for (const name of ['a\u0000b', '', ' ', 'a\nb', 'x'.repeat(5_000)])
    problem(
      await rest(pathOf(room, '/agents/qa'), { as, method: 'PUT', body: { name } }),
      422,
      'invalid',
    )
  problem(await rest('/api/v1/rooms/%FF', { as }), 400, 'malformed')
  problem(await rest(pathOf('a\nb'), { as }), 422, 'invalid')
  problem(await rest(pathOf('x'.repeat(201)), { as }), 422, 'invalid')
  problem(await rest('/api/v1/nothing', { as }), 404, 'not_found')
  problem(await rest('/nothing'), 404, 'not_found')
  problem(await rest('/api/v1/rooms'), 401, 'unauthenticated')
})

test('an empty body is no body, even where it is called JSON', async () => {
  const as = 'ada'
  const name = roomName()
  const headers = { 'content-type': 'application/json' }
  problem(await rest('/api/v1/rooms', { as, method: 'POST', headers }), 422, 'invalid')
  await rest('/api/v1/rooms', { as, method: 'POST', body: { name } })
  expect((await rest(pathOf(name, '/close'), { as, method: 'POST', headers })).status).toBe(200)
  expect((await rest(pathOf(name), { as, method: 'DELETE', headers })).status).toBe(204)
})

test('every list of a room is paged by its cursor to its end', async () => {
  const { room } = await meeting()
  const all = async (path: string, limit: number, idOf: (item: Item) => unknown) => {
    const seen: unknown[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const query: string = `limit=${limit}${cursor === '' ? '' : `&cursor=${cursor}`}`
      const { body } = await rest(pathOf(room, `${path}?${query}`), { as: 'ada' })
      expect(body.items.length).toBeLessThanOrEqual(limit)
      seen.push(...body.items.map(idOf))
      expect(seen.length).toBeLessThan(50)
      cursor = body.next_cursor
    }
    return seen
  }
  expect(await all('/participants', 1, ({ id }) => id)).toEqual(['ada', 'bob'])
  const seqs = await all('/events', 3, ({ seq }) => seq)
  expect(seqs.length).toBeGreaterThan(5)
  expect(seqs).toEqual(seqs.map((_, i) => i + 1))
  expect(await all('/cases', 1, ({ case: id }) => id)).toHaveLength(1)
  problem(await rest(pathOf(room, '/participants?limit=0'), { as: 'ada' }), 422, 'invalid')
})

interface Item {
  id?: string
  seq?: number
  case?: string
}

test('health, readiness, metrics, documents and the page need no token', async () => {
  expect((await rest('/healthz')).body).toEqual({ status: 'ok' })
  expect((await rest('/readyz')).body).toEqual({ status: 'ok' })
  const metrics = await rest('/metrics')
  for (const name of [
    'hub_connections',
    'hub_rooms',
    'hub_events_total',
    'hub_command_seconds',
    'hub_commit_seconds',
    'hub_outbound_bytes_total',
    'nodejs_eventloop_lag_seconds',
  ])
    expect(metrics.text).toContain(`\n${name}`)
  expect(metrics.text).not.toMatch(/ada|room \d/)

  const { body } = await rest('/api/v1/openapi.json')
  expect(body.openapi).toBe('3.1.0')
  expect(Object.keys(body.paths)).toEqual(
    expect.arrayContaining(['/api/v1/rooms', '/api/v1/rooms/{room}/transcript', '/healthz']),
  )
  const described = body.tags.map(({ name }: { name: string }) => name)
  for (const [path, operations] of Object.entries<Record<string, Operation>>(body.paths))
    for (const [method, { operationId, tags = [], responses }] of Object.entries(operations)) {
      expect(operationId, `${method} ${path}`).toBeTruthy()
      expect(described).toEqual(expect.arrayContaining(tags))
      for (const [status, { description, content }] of Object.entries(responses)) {
        expect(description, `${method} ${path} ${status}`).not.toBe('Default Response')
        if (Number(status) >= 400)
          expect(Object.keys(content)).toEqual(['application/problem+json'])
      }
    }
  expect(JSON.stringify(body).includes('-9007199254740991'), 'numbers have bounds').toBe(false)

  const docs = await rest('/docs/')
  expect([docs.status, docs.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
  expect((await rest('/docs/static/swagger-ui.css')).status).toBe(200)
  const page = await rest('/')
  expect(page.status).toBe(200)
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
})

interface Operation {
  operationId: string
  tags?: string[]
  responses: Record<string, { description: string; content: object }>
}

test('what is no HTTP is answered as a problem, and closed', async () => {
  const socket = connectTcp(setting.hub.port, '127.0.0.1')
  socket.write('HELO hub\r\n\r\n')
  let answer = ''
  for await (const chunk of socket) answer += String(chunk)
  expect(answer).toMatch(/^HTTP\/1.1 400 /)
  expect(answer).toContain('content-type: application/problem+json')
  expect(JSON.parse(answer.slice(answer.indexOf('{')))).toMatchObject({ code: 'malformed' })
})
