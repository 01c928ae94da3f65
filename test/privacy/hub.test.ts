import { randomUUID } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { SignJWT } from 'jose'
import { expect, test } from 'vitest'
import { openDatabase, verifyAudit } from '#db'
import { connectPerson, good, useHub } from '../contract/support.ts'
import { query, quiet } from '../support/postgres.ts'
import { findEverywhere, furnish, readArchive, sha256Of } from './support.ts'

const LIVEKIT = { LIVEKIT_API_KEY: 'devkey', LIVEKIT_API_SECRET: 'secret' }
const setting = useHub({ env: LIVEKIT })
const { connect, rest, roomName } = setting

const EXPORTS = '/api/v1/privacy/exports'
const ERASURES = '/api/v1/privacy/erasures'

type Who = Parameters<typeof rest>[1]

/** Asks again until it is done. */
async function untilDone(path: string, who: Who) {
  for (;;) {
    const { body, status } = await rest(path, who)
    if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`)
    if (body.status === 'done') return body
    if (body.status === 'failed') throw new Error(JSON.stringify(body))
    await sleep(100)
  }
}

async function exportOf(userId: string) {
  const made = await rest(EXPORTS, { as: userId, method: 'POST' })
  expect(made.status).toBe(201)
  const path = String(made.headers.get('location'))
  const done = await untilDone(path, { as: userId })
  const token = await setting.hub.token(userId)
  const answer = await fetch(`${setting.hub.url}${path}/archive`, {
    headers: { authorization: `Bearer ${token}` },
  })
  expect(answer.headers.get('content-type')).toBe('application/zip')
  const zip = Buffer.from(await answer.arrayBuffer())
  expect(done.manifest).toMatchObject({ bytes: zip.length, sha256: sha256Of(zip) })
  return { path, zip, ...(await readArchive(zip)) }
}

async function erase(userId: string, who: Who = { as: userId }, body: object = {}) {
  const made = await rest(ERASURES, {
    ...{ ...who, method: 'POST' },
    body: { confirm: userId, ...body },
  })
  expect(made.status, made.text).toBe(201)
  const path = String(made.headers.get('location'))
  const done = await untilDone(path, who)
  // nobody's any more
  expect((await rest(path, { as: 'anybody' })).body).toEqual(done)
  return { path, done }
}

/** What a recording leaves: its row and its file. */
async function record(room: string, userId: string, name: string, sound: string): Promise<string> {
  const id = randomUUID()
  await query(
    setting.database.adminUrl,
    `insert into recordings (id, room_id, kind, user_id, user_name, started_at, ended_at, place, expires_at)
     select '${id}', id, 'meeting', '${userId}', '${name}', 1, 2, 'file:${id}', 9e15
       from rooms where name = '${room}'`,
  )
  await writeFile(join(setting.hub.dataDir, 'recordings', `${id}.ogg`), sound)
  return id
}

async function verify() {
  const db = await openDatabase({
    ...{ url: setting.database.url, dataDir: setting.hub.dataDir, log: quiet, attach: true },
  })
  try {
    return await verifyAudit(db)
  } finally {
    await db.close()
  }
}

const audited = (userId: string) =>
  rest('/api/v1/audit', { as: userId }).then(({ body }) =>
    body.items.map(({ action }: { action: string }) => action),
  )

test('a person has all that is theirs, is forgotten everywhere, and begins anew', async () => {
  const [id, name, word] = ['vera-7f3a', 'Veronika Brandt', 'zebraquartz']
  const { adminUrl } = setting.database
  await furnish(adminUrl, id, word)
  const [own, others] = [`hers ${roomName()}`, roomName()]

  // in a room of hers, and in one of bob's: both speak, aloud and in private
  const bob = await connect('bob', { name: 'Bob' })
  good(await bob.emit('room.join', { room: others }))
  const member = `/api/v1/rooms/${encodeURIComponent(others)}/members/${id}`
  await rest(member, { as: 'bob', method: 'PUT', body: { rights: ['join'] } })
  const vera = await connect(id, { name })
  for (const room of [own, others]) good(await vera.emit('room.join', { room }))
  const say = (who: typeof vera, room: string, text: string) =>
    who.emit('caption.push', { room, segment: randomUUID(), text, final: true })
  good(await say(vera, own, `My own ${word}.`))
  good(await say(vera, others, `We decided to ship the ${word} on Friday.`))
  const heard = good(await say(bob, others, 'Bob will write the release notes by Monday.'))
  good(await vera.emit('chat.send', { room: others, text: `psst, ${word}`, to: 'bob' }))
  good(await bob.emit('chat.send', { room: others, text: `not so loud, ${name}`, to: id }))
  good(await vera.emit('agent.ask', { room: others, question: `When does the ${word} ship?` }))
  good(await vera.emit('transcription.set', { room: others, on: false }))
  good(await vera.emit('transcription.set', { room: others, on: true }))
  await bob.until(
    (event) => event.type === 'summary.updated' && JSON.stringify(event).includes(word),
    25_000,
  )
  // a case that is over
  const act = { room: others, target: id, reason: `too much ${word}` }
  good(await bob.emit('moderation.act', { ...act, action: 'mute', minutes: 1 }))
  good(await bob.emit('moderation.act', { ...act, action: 'restore' }))
  const recording = await record(others, id, name, word)
  const key = { 'idempotency-key': 'k1' }
  await rest('/api/v1/rooms', {
    ...{ as: id, method: 'POST', headers: key },
    body: { name: `${word} room` },
  })

  const { path, rows, files, zip } = await exportOf(id)
  expect(files[`recordings/${recording}.ogg`]?.toString()).toBe(word)
  expect(rows.rooms?.map(({ room }) => room).sort()).toEqual([own, `${word} room`].sort())
  const said = JSON.stringify(rows.room_events)
  expect(said.split(word)).toHaveLength(5)
  for (const text of [`psst, ${word}`, `When does the ${word} ship?`]) expect(said).toContain(text)
  // what others said is theirs, also what they said to her
  for (const text of ['release notes', 'not so loud'])
    expect(JSON.stringify(rows)).not.toContain(text)
  expect(rows.consents?.map(({ kind }) => kind)).toContain('opted_out')
  expect(rows.room_members).toMatchObject([{ room: others, rights: ['join'] }])
  expect(rows.audit?.map(({ action }) => action)).toContain('export.requested')
  expect((await rest(path, { as: 'bob' })).status).toBe(404)
  expect((await rest(`${path}/archive`, { as: 'bob' })).status).toBe(404)
  expect(zip.length).toBeGreaterThan(0)
  expect(await audited(id)).toEqual(expect.arrayContaining(['export.fetched', 'room.created']))

  const wrong = await rest(ERASURES, { as: id, method: 'POST', body: { confirm: 'me' } })
  expect(wrong.body).toMatchObject({ code: 'invalid' })
  expect(wrong.body.detail).toContain(id)

  // bob goes on meanwhile, and has a desk that reads no room
  const desk = await connect('bob')
  good(await desk.emit('desk.watch', {}))
  const erasing = erase(id)
  good(await say(bob, others, 'Bob goes on.'))
  const { path: receipt, done } = await erasing
  expect(done.receipt).toMatchObject({ keys_shredded: 1, finished_at: expect.any(Number) })
  expect(done.receipt.places).toMatchObject({
    rooms: { erased: 2 },
    room_members: { erased: 1 },
    recordings: { erased: 1 },
    mcp_operation_logs: { erased: 1 },
    privacy_requests: { erased: 1 },
    audit: { erased: 0, kept: expect.any(Number), why: expect.any(String) },
  })
  expect(JSON.stringify(done)).not.toContain(id)

  const left = await findEverywhere(adminUrl, [id, name, word])
  expect(left).toEqual([])
  for (const file of await readdir(setting.hub.dataDir, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue
    const content = await readFile(join(file.parentPath, file.name))
    for (const text of [id, name, word])
      expect([file.name, content.includes(text)]).toEqual([file.name, false])
  }
  expect(await readdir(join(setting.hub.dataDir, 'exports'))).toEqual([])

  // bob was there, and sees where something was
  const log = await rest(`/api/v1/rooms/${encodeURIComponent(others)}/events?limit=100`, {
    as: 'bob',
  })
  const items: { seq: number; type: string }[] = log.body.items
  expect(items.map(({ seq }) => seq)).toEqual(items.map((_, index) => index + 1))
  expect(items.some(({ type }) => type === 'erased')).toBe(true)
  expect(items.find(({ seq }) => seq === heard.seq)).toMatchObject({ type: 'transcript.final' })
  expect(log.text).toContain('Bob goes on.')
  await desk.until(({ type, room }) => type === 'erased' && room === others)
  expect((await rest(`/api/v1/rooms/${encodeURIComponent(own)}`, { as: id })).status).toBe(404)

  // whose chain it was is not known; that it is whole, is
  const { broken, entries } = await verify()
  expect(broken).toEqual([])
  expect(entries).toBeGreaterThan(5)

  // who has the same id later is somebody new
  expect(await audited(id)).toEqual([])
  await rest('/api/v1/rooms', { as: id, method: 'POST', body: { name: 'anew' } })
  expect(await audited(id)).toEqual(['room.created'])
  expect((await rest(receipt, { as: id })).body).toEqual(done)
}, 90_000)

test('only a whole token reaches what is a person’s own; a guest has no other', async () => {
  const room = roomName()
  const limited = { as: 'lena', claims: { rooms: { [room]: ['join' as const] } } }
  const body = { confirm: 'lena' }
  for (const path of [EXPORTS, ERASURES])
    expect((await rest(path, { ...limited, method: 'POST', body })).body.code).toBe('forbidden')
  for (const path of [EXPORTS, '/api/v1/privacy/consents'])
    expect((await rest(path, limited)).body.code).toBe('forbidden')

  // a guest of LiveKit is of one room
  const id = `lk:${room}:gus`
  const token = await new SignJWT({ name: 'Gus Marker', video: { room, roomJoin: true } })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(LIVEKIT.LIVEKIT_API_KEY)
    .setSubject('gus')
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(LIVEKIT.LIVEKIT_API_SECRET))
  const owner = await connect('olga')
  good(await owner.emit('room.join', { room }))
  const guest = await connectPerson(setting.hub.url, id, token)
  good(await guest.emit('room.join', { room }))
  good(await guest.emit('chat.send', { room, text: 'gus was here' }))
  const made = await rest(EXPORTS, { token, method: 'POST' })
  await untilDone(String(made.headers.get('location')), { token })
  const told = await rest('/api/v1/privacy/consents', { token })
  expect(told.body.items).toMatchObject([{ room, user: id, kind: 'told' }])
  await erase(id, { token })
  guest.cut()
  expect(
    await findEverywhere(setting.database.adminUrl, [id, 'Gus Marker', 'gus was here']),
  ).toEqual([])
}, 60_000)

test('an admin has others erased, and exports nobody else; what holds stays', async () => {
  const room = roomName()
  const user = 'tim-the-troll'
  const owner = await connect('ona')
  good(await owner.emit('room.join', { room }))
  const tim = await connect(user, { name: 'Tim Marker', rooms: { [room]: ['join'] } })
  good(await tim.emit('room.join', { room }))
  good(await tim.emit('chat.send', { room, text: 'marmalade' }))
  good(await owner.emit('moderation.act', { room, target: user, action: 'remove', reason: 'r' }))
  tim.cut()

  const admin = { as: 'root', claims: { role: 'admin' as const } }
  const ask = (who: Who, body: object) => rest(ERASURES, { ...who, method: 'POST', body })
  expect((await ask({ as: 'mallory' }, { user, confirm: user })).body.code).toBe('forbidden')
  expect((await ask(admin, { user, confirm: 'root' })).body.code).toBe('invalid')
  // what agents said in all rooms would go
  for (const nobody of ['agent:qa', 'system', 'policy', 'erased'])
    expect((await ask(admin, { user: nobody, confirm: nobody })).body.code).toBe('invalid')
  const { done } = await erase(user, admin, { user })
  expect(done.receipt.places).toMatchObject({
    restrictions: { kept: 1, why: expect.stringContaining('holds') },
    moderation_cases: { kept: 1 },
  })
  const left = await findEverywhere(setting.database.adminUrl, [user, 'Tim Marker', 'marmalade'])
  expect(left.map((found) => found.split(':')[0]).sort()).toEqual([
    'public.moderation_cases',
    'public.restrictions',
  ])
  const back = await connect(user, { rooms: { [room]: ['join'] } })
  expect(await back.emit('room.join', { room })).toMatchObject({ error: { code: 'removed' } })
  // what an admin did is theirs; in whose chain, nobody can tell any more
  expect(await audited('root')).not.toContain('erasure.requested')
}, 60_000)

test('moderators see who agreed to what in their room, and others do not', async () => {
  const room = roomName()
  const owner = await connect('mona')
  good(await owner.emit('room.join', { room }))
  good(await owner.emit('transcription.set', { room, on: false }))
  const path = `/api/v1/rooms/${encodeURIComponent(room)}/consents`
  // she is told as soon as agents listen
  while ((await rest(path, { as: 'mona' })).body.items.length < 2) await sleep(50)
  const first = await rest(`${path}?limit=1`, { as: 'mona' })
  const second = await rest(`${path}?cursor=${first.body.next_cursor}`, { as: 'mona' })
  expect(second.body.next_cursor).toBe(null)
  const both = [...first.body.items, ...second.body.items]
  expect(both.map(({ kind }) => kind).sort()).toEqual(['opted_out', 'told'])
  for (const one of both) expect(one).toMatchObject({ room, user: 'mona', at: expect.any(Number) })
  expect(both[0].at).toBeGreaterThanOrEqual(both[1].at)
  const watcher = { as: 'wim', claims: { rooms: { [room]: ['watch' as const] } } }
  expect((await rest(path, watcher)).body.code).toBe('forbidden')
  expect((await rest(path, { as: 'stranger' })).body.code).toBe('not_found')
})
