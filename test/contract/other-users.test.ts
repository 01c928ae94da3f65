import { randomUUID } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { beforeAll, expect, test } from 'vitest'
import type { CommandInput } from '#protocol'
import { type Endpoint, endpointsOf } from '../support/openapi.ts'
import { query } from '../support/postgres.ts'
import { good, type Person, type RestAnswer, useHub } from './support.ts'

const setting = useHub()
const { connect, rest, roomName } = setting

let endpoints: Endpoint[]
/** Without what takes one's own id, and erases whose it is: test/privacy is about that. */
let harmless: Endpoint[]
let bea: Person

beforeAll(async () => {
  const document = await rest('/api/v1/openapi.json')
  endpoints = endpointsOf(document.body).filter(({ closed }) => closed)
  harmless = endpoints.filter(({ id }) => id !== 'createErasure')
  bea = await connect('bea')
})

interface Things {
  room: string
  case: string
  user: string
  workflow: string
  recording: string
  export: string
  erasure: string
  /** Of a rule of arrival: theirs are the admins'. */
  id: string
}

const WORDS = 'The vault opens at nine.'

/** A room of bea's with one of everything that has an id. */
async function things(): Promise<Things> {
  const room = `bea's ${roomName()}`
  good(await bea.emit('room.join', { room }))
  good(await bea.emit('caption.push', { room, segment: 's', text: WORDS, final: true }))
  const ben = await connect('ben', { rooms: { [room]: ['join'] } })
  good(await ben.emit('room.join', { room }))
  const { case: id } = await act({ room, target: 'ben', action: 'mute', reason: 'r', minutes: 5 })
  const member = `/api/v1/rooms/${encodeURIComponent(room)}/members/mia`
  const put = await rest(member, { as: 'bea', method: 'PUT', body: { rights: ['watch'] } })
  expect(put.status).toBe(200)
  ben.cut()
  const recording = await record(room)
  const asked = { export: await request('export'), erasure: await request('erase') }
  return { room, case: id, user: 'mia', workflow: 'qa', recording, ...asked, id: randomUUID() }
}

/** By bea, again when it came too soon: she does here what many would. */
async function act(command: CommandInput<'moderation.act'>) {
  for (;;) {
    const outcome = await bea.emit('moderation.act', command)
    if (outcome.ok || outcome.error.code !== 'rate_limited') return good(outcome)
    await setTimeout(Number(outcome.error.details?.retry_in_ms))
  }
}

/** What a recording leaves: its row and its file. */
async function record(room: string): Promise<string> {
  const id = randomUUID()
  await query(
    setting.database.adminUrl,
    `insert into recordings (id, room_id, kind, user_id, user_name, started_at, ended_at, place, expires_at)
     select '${id}', id, 'meeting', 'ben', 'ben', 1, 2, 'file:${id}', 9e15
       from rooms where name = '${room.replaceAll("'", "''")}'`,
  )
  await writeFile(join(setting.hub.dataDir, 'recordings', `${id}.ogg`), WORDS)
  return id
}

/** What an export of bea's leaves, its row and its archive; or an erasure that was not done. */
async function request(kind: 'export' | 'erase'): Promise<string> {
  const id = randomUUID()
  const manifest = { places: {}, files: 0, bytes: WORDS.length, sha256: '' }
  const row =
    kind === 'export' ? `'done', '${JSON.stringify(manifest)}', 9e15` : `'failed', null, null`
  await query(
    setting.database.adminUrl,
    `insert into privacy_requests (id, user_id, kind, created_at, status, result, expires_at)
     values ('${id}', 'bea', '${kind}', 1, ${row})`,
  )
  const folder = join(setting.hub.dataDir, 'exports')
  await mkdir(folder, { recursive: true })
  if (kind === 'export') await writeFile(join(folder, `${id}.zip`), WORDS)
  return id
}

function ask(as: string, endpoint: Endpoint, ids: Things): Promise<RestAnswer> {
  const path = endpoint.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const id = Object.entries(ids).find(([key]) => key === name)?.[1]
    if (id === undefined) throw new Error(`no ${name} to put into ${endpoint.path}: give it one`)
    return encodeURIComponent(id)
  })
  const { method, body } = endpoint
  // what is made by a name is made by that of the room
  const named = typeof body === 'object' && body !== null && 'name' in body
  return rest(path, {
    ...{ as, method },
    ...(body === undefined ? {} : { body: named ? { ...body, name: ids.room } : body }),
  })
}

test("as one user on another's ids: nothing of the whole API is answered, and nothing happens", async () => {
  const ids = await things()
  // another's log is no place to look into: whatever was done to the room would be in it
  const state = async () => {
    const at = `/api/v1/rooms/${encodeURIComponent(ids.room)}`
    const parts = [
      '',
      '/cases',
      '/recordings',
      '/restrictions',
      '/members/mia',
      '/agents/qa',
      '/transcript',
    ]
    const answers = await Promise.all(parts.map((part) => rest(`${at}${part}`, { as: 'bea' })))
    return answers.map(({ status, body }) => ({ status, body: { ...body, seq: 0 } }))
  }
  const before = await state()
  expect(before.map(({ status }) => status)).toEqual(before.map(() => 200))

  for (const as of ['abe', 'mallory']) {
    // who has a room of one's own, and who has nothing
    if (as === 'abe') await rest('/api/v1/rooms', { as, method: 'POST', body: { name: 'own' } })
    for (const endpoint of harmless) {
      const answer = await ask(as, endpoint, ids)
      const what = `${as}: ${endpoint.method} ${endpoint.path} ${answer.status}`
      if (endpoint.path.includes('{')) {
        // also what a schema refuses must be refused for the room first: the ids are good
        expect([403, 404], what).toContain(answer.status)
      } else {
        expect([200, 201, 403, 404, 409], what).toContain(answer.status)
      }
      expect(answer.text, what).not.toContain(WORDS)
      if (answer.status < 300) expect(answer.text, what).not.toContain(ids.room)
      if (endpoint.path.includes('{case}') && as === 'abe') {
        const through = await ask(as, endpoint, { ...ids, room: 'own' })
        expect(through.status, `${what}, through a room of one's own`).toBe(404)
      }
    }
  }
  expect(await state()).toEqual(before)
}, 120_000)

test('the same requests are good ones: their owner is answered', async () => {
  for (const endpoint of harmless) {
    const ids = await things()
    const answer = await ask(endpoint.id === 'createRoom' ? 'mallory' : 'bea', endpoint, {
      ...ids,
      ...(endpoint.id === 'createRoom' ? { room: roomName() } : {}),
    })
    // what is for admins alone is there, and says so; a case can be past what is asked
    const forAdmins = endpoint.id === 'getOperations' || endpoint.path.includes('/arrival-rules')
    const wanted = forAdmins ? [403] : [200, 201, 204, 409]
    expect(wanted, `${endpoint.method} ${endpoint.path} ${answer.text}`).toContain(answer.status)
  }
}, 120_000)

test('without a token, or with a broken one, every one of them says so', async () => {
  const ids = await things()
  for (const endpoint of endpoints) {
    const { method, body } = endpoint
    const path = endpoint.path.replace('{room}', encodeURIComponent(ids.room))
    for (const token of [undefined, 'x.y.z']) {
      const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
      const answer = await rest(path, { method, headers, ...(body === undefined ? {} : { body }) })
      expect([answer.status, answer.body.code], `${method} ${path}`).toEqual([
        401,
        'unauthenticated',
      ])
    }
  }
})
