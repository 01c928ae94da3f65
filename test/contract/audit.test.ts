import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AuditAction } from '#db'
import { type LiveKitServer, startLiveKit } from '../support/livekit.ts'
import { endpointsOf } from '../support/openapi.ts'
import { query } from '../support/postgres.ts'
import { good, type RestAnswer, useHub } from './support.ts'

let livekit: LiveKitServer
beforeAll(async () => {
  livekit = await startLiveKit()
}, 600_000)
afterAll(() => livekit.stop())

const setting = useHub(() => ({ env: livekit.env }))
const { connect, rest, roomName } = setting

const admin = { as: 'root', claims: { role: 'admin' as const } }
const pathOf = (room: string, more = '') => `/api/v1/rooms/${encodeURIComponent(room)}${more}`
const ask = (method: string, path: string, body?: object) =>
  rest(path, { as: 'olga', method, ...(body ? { body } : {}) })

async function madeRoom(): Promise<string> {
  const name = roomName()
  expect((await ask('POST', '/api/v1/rooms', { name })).status).toBe(201)
  return name
}

async function madeMember(): Promise<string> {
  const room = await madeRoom()
  await ask('PUT', pathOf(room, '/members/mia'), { rights: ['join'] })
  return pathOf(room, '/members/mia')
}

/** What a recording leaves: its row and its file. */
async function madeRecording(): Promise<string> {
  const room = await madeRoom()
  const id = randomUUID()
  await query(
    setting.database.adminUrl,
    `insert into recordings (id, room_id, kind, user_id, user_name, started_at, ended_at, place, expires_at)
     select $1, id, 'meeting', 'ben', 'Ben', 1, 2, $2, 9e15 from rooms where name = $3`,
    [id, `file:${id}`, room],
  )
  await writeFile(join(setting.hub.dataDir, 'recordings', `${id}.ogg`), 'sound')
  return pathOf(room, `/recordings/${id}`)
}

async function madeRule(): Promise<string> {
  const body = { pattern: `kept out ${randomUUID()}`, join: false }
  const made = await rest('/api/v1/arrival-rules', { ...admin, method: 'POST', body })
  return `/api/v1/arrival-rules/${made.body.id}`
}

/** What each route that changes something leaves in the audit. */
const LEAVES: Record<string, [AuditAction, () => Promise<RestAnswer>]> = {
  createRoom: ['room.created', () => ask('POST', '/api/v1/rooms', { name: roomName() })],
  patchRoom: [
    'room.settings_changed',
    async () => ask('PATCH', pathOf(await madeRoom()), { settings: { voice: false } }),
  ],
  deleteRoom: ['room.removed', async () => ask('DELETE', pathOf(await madeRoom()))],
  closeRoom: ['room.closed', async () => ask('POST', pathOf(await madeRoom(), '/close'))],
  putMember: [
    'member.set',
    async () => ask('PUT', pathOf(await madeRoom(), '/members/mia'), { rights: ['watch'] }),
  ],
  deleteMember: ['member.removed', async () => ask('DELETE', await madeMember())],
  putAgent: [
    'agent.configured',
    async () => ask('PUT', pathOf(await madeRoom(), '/agents/qa'), { name: 'Ada' }),
  ],
  deleteRecording: ['recording.removed', async () => ask('DELETE', await madeRecording())],
  playSample: ['room.created', () => ask('POST', '/api/v1/sample', { speed: 5 })],
  sendAgents: ['agents.sent', async () => ask('POST', pathOf(await madeRoom(), '/dispatch'))],
  withdrawAgents: [
    'agents.withdrawn',
    async () => ask('DELETE', pathOf(await madeRoom(), '/dispatch')),
  ],
  createLiveKitToken: [
    'livekit_token.minted',
    async () => ask('POST', pathOf(await madeRoom(), '/livekit-token')),
  ],
  createArrivalRule: [
    'arrival_rule.created',
    async () =>
      rest('/api/v1/arrival-rules', {
        ...{ ...admin, method: 'POST' },
        body: { pattern: `kept out ${randomUUID()}`, join: false },
      }),
  ],
  patchArrivalRule: [
    'arrival_rule.changed',
    async () => rest(await madeRule(), { ...admin, method: 'PATCH', body: { owner: 'olga' } }),
  ],
  deleteArrivalRule: [
    'arrival_rule.removed',
    async () => rest(await madeRule(), { ...admin, method: 'DELETE' }),
  ],
  createExport: ['export.requested', () => ask('POST', '/api/v1/privacy/exports')],
  deleteExport: [
    'export.removed',
    async () => {
      const exported = { as: 'eric', method: 'POST' }
      const { body } = await rest('/api/v1/privacy/exports', exported)
      return rest(`/api/v1/privacy/exports/${body.id}`, { as: 'eric', method: 'DELETE' })
    },
  ],
  createErasure: [
    'erasure.requested',
    () =>
      rest('/api/v1/privacy/erasures', {
        ...{ as: 'finn', method: 'POST', body: { confirm: 'finn' } },
      }),
  ],
}

/** What is in no audit, and why. */
const EXCEPT: Record<string, string> = {
  reviewCase: "the room's log says who decided what about whom",
  claimCase: 'who is at a case is kept for minutes, in memory alone',
}

async function count(action: AuditAction): Promise<number> {
  const [row] = await query(
    setting.database.adminUrl,
    'select count(*)::integer as found from audit_entries where action = $1',
    [action],
  )
  return row?.found
}

test('every route that changes something leaves an entry, or is known not to', async () => {
  const document = await rest('/api/v1/openapi.json')
  const changing = endpointsOf(document.body).filter(({ method }) => method !== 'GET')
  expect([...Object.keys(LEAVES), ...Object.keys(EXCEPT)].sort()).toEqual(
    changing.map(({ id }) => id).sort(),
  )
  for (const [id, [action, run]] of Object.entries(LEAVES)) {
    const before = await count(action)
    const answer = await run()
    expect(answer.status, `${id}: ${answer.text}`).toBeLessThan(300)
    expect([id, await count(action)]).toEqual([id, before + 1])
  }
})

test('an entry says who did what from where, and is read by the owner and by admins', async () => {
  const room = await madeRoom()
  const key = { 'idempotency-key': randomUUID() }
  const send = { as: 'olga', method: 'PATCH', headers: key }
  await rest(pathOf(room), { ...send, body: { settings: { voice: false, record_days: 3 } } })
  await ask('PUT', pathOf(room, '/members/mia'), { rights: ['moderate'] })
  await rest(pathOf(room, '/agents/qa'), { as: 'mia', method: 'PUT', body: { enabled: false } })
  const list = (query = '', as: Parameters<typeof rest>[1] = { as: 'olga' }) =>
    rest(`/api/v1/audit${query}`, as)
  const { body } = await list('?limit=4')
  const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/)
  const me = { id: 'olga', address: '127.0.0.1' }
  const common = { at: expect.any(Number), request: uuid }
  const seq = body.items[0].seq
  expect(body.items).toEqual([
    {
      ...{ ...common, seq, action: 'agent.configured', by: { id: 'mia' } },
      details: { room, workflow: 'qa', before: { enabled: true }, after: { enabled: false } },
    },
    {
      ...{ ...common, seq: seq - 1, action: 'member.set', by: me, target: 'mia' },
      details: { room, rights: ['moderate'] },
    },
    {
      ...{ ...common, seq: seq - 2, action: 'room.settings_changed', by: me },
      details: {
        room,
        before: { voice: true, record_days: 30 },
        after: { voice: false, record_days: 3 },
      },
    },
    {
      ...{ ...common, seq: seq - 3, action: 'room.created', by: me },
      details: { room, settings: expect.objectContaining({ voice: true }) },
    },
  ])
  const next = await list(`?limit=2&cursor=${body.next_cursor}`)
  expect(next.body.items[0].seq).toBe(seq - 4)
  const forAdmins = await list('?owner=olga&limit=1', admin)
  expect(forAdmins.body.items[0].by).toEqual({ id: 'mia', address: '127.0.0.1' })
  const head = await rest('/api/v1/audit/head', { as: 'olga' })
  expect(head.body).toEqual({ chain: uuid, seq, hash: expect.stringMatching(/^[0-9a-f]{64}$/) })

  const code = async (path: string, as: object) =>
    (await rest(`/api/v1/audit${path}`, as)).body.code
  expect(await code('?owner=olga', { as: 'mia' })).toBe('forbidden')
  expect(await code('/head?owner=olga', { as: 'mia' })).toBe('forbidden')
  expect(await code('', { as: 'olga', claims: { rooms: {} } })).toBe('forbidden')
  expect(await code('?cursor=x', { as: 'olga' })).toBe('invalid')
  expect(await code('/head', { as: 'nobody yet' })).toBe('not_found')
  expect((await list('', { as: 'nobody yet' })).body).toEqual({ items: [], next_cursor: null })
})

test('what is sent again under its Idempotency-Key, and what fails, leaves nothing more', async () => {
  const name = roomName()
  const headers = { 'idempotency-key': randomUUID() }
  const before = await count('room.created')
  for (let i = 0; i < 2; i++)
    await rest('/api/v1/rooms', { as: 'olga', method: 'POST', body: { name }, headers })
  expect(await ask('POST', '/api/v1/rooms', { name })).toMatchObject({ status: 409 })
  expect((await ask('DELETE', pathOf(name, '/members/nobody'))).status).toBe(404)
  expect(await count('room.created')).toBe(before + 1)
})

test('who reads a room is in it once a sitting, by whatever way; a recording every time', async () => {
  const room = await madeRoom()
  await ask('PUT', pathOf(room, '/members/wim'), { rights: ['watch'] })
  const wim = await connect('wim')
  good(await wim.emit('room.join', { room, as: 'watch' }))
  good(await wim.emit('room.history', { room, after: 0 }))
  for (const part of ['/events', '/transcript', '/minutes', '/summary'])
    expect((await rest(pathOf(room, part), { as: 'wim' })).status).toBe(200)
  wim.cut()
  const again = await connect('wim')
  good(await again.emit('room.join', { room, as: 'watch' }))
  // who only reads by REST or in pages has no other way in here
  expect((await ask('GET', pathOf(room, '/transcript'))).status).toBe(200)
  expect((await rest(pathOf(room, '/transcript'), { as: 'eve' })).status).toBe(404)
  const of = async (action: AuditAction) => {
    const { body } = await rest('/api/v1/audit?limit=30', { as: 'olga' })
    const items: { action: string; by: { id: string }; details: { room: string } }[] = body.items
    return items
      .filter((one) => one.action === action && one.details.room === room)
      .map(({ by }) => by.id)
      .sort()
  }
  await expect.poll(() => of('room.read')).toEqual(['olga', 'wim'])

  const recording = await madeRecording()
  const before = await count('recording.read')
  for (let i = 0; i < 2; i++) expect((await ask('GET', recording)).status).toBe(200)
  expect(await count('recording.read')).toBe(before + 2)
})

describe('npm run audit', () => {
  async function audit(...args: string[]) {
    const { DATABASE_URL, DATA_DIR } = {
      DATABASE_URL: setting.database.url,
      DATA_DIR: setting.hub.dataDir,
    }
    try {
      const { stdout, stderr } = await promisify(execFile)(
        process.execPath,
        ['--import', 'tsx', 'server/audit.ts', ...args],
        { env: { PATH: process.env.PATH, DATABASE_URL, DATA_DIR } },
      )
      return { code: 0, stdout, stderr }
    } catch (error) {
      return error as { code: number; stdout: string; stderr: string }
    }
  }

  test('verifies beside a running hub, and names what somebody changed', async () => {
    const file = join(setting.hub.dataDir, 'heads')
    const exported = await audit('heads')
    expect(exported.code).toBe(0)
    await writeFile(file, exported.stdout)
    await madeRoom()
    expect(await audit('verify', '--heads', file)).toMatchObject({
      ...{ code: 0, stderr: '' },
      stdout: expect.stringMatching(/^\d+ entries in \d+ chains: all as they were written\n$/),
    })
    const { body: head } = await rest('/api/v1/audit/head', { as: 'olga' })
    await query(
      setting.database.adminUrl,
      `set session_replication_role = replica;
       update audit_entries set at = at + 1 where chain_id = '${head.chain}' and seq = 2`,
    )
    const broken = await audit('verify')
    expect(broken.code).toBe(1)
    expect(broken.stdout).toContain(`chain ${head.chain}, entry 2: it is not as it was written\n`)
    expect(broken.stdout).toMatch(/: 1 broken\n$/)
  })

  test('takes no heads that it has not printed', async () => {
    const file = join(setting.hub.dataDir, 'no-heads')
    await writeFile(file, '{"chain":1}\n')
    expect(await audit('verify', '--heads', file)).toMatchObject({
      ...{ code: 1, stdout: '' },
      stderr: expect.stringMatching(/^Line 1 of .* is none that heads printed/),
    })
  })
})
