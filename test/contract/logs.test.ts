import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { query, startDebianPostgres, type TestServer } from '../support/database-server.ts'
import { runHub, signToken } from '../support/hub.ts'
import { serve } from '../support/serve.ts'
import { connectPerson, good, type Person } from './support.ts'

const LOUD = fileURLToPath(new URL('../support/loud-log.cjs', import.meta.url))

/** Everything that people make up holds this, so that one search finds any of it. */
const MARK = 'zanzibarium'
const said = (what: string) => `${MARK} ${what}`
const ROOM = said('room')
const ADA = `${MARK}-ada`
const BOB = `${MARK}-bob`

let server: TestServer
let provider: Awaited<ReturnType<typeof startRudeProvider>>
let dataDir: string
let hub: ReturnType<typeof runHub>
let url: string
let ada: Person
let bob: Person

/** A provider that repeats what it was asked in whatever it answers, each time by another fault. */
async function startRudeProvider() {
  const faults: string[] = []
  const http = await serve(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const words = JSON.stringify(/[^"\\]*zanzibarium[^"\\]*/.exec(body)?.[0] ?? 'none')
    const fault = ['error', 'header', 'html', 'garbage', 'cut'][faults.length % 5] ?? 'error'
    faults.push(fault)
    const error = `{"error":{"message":${words},"type":${words},"code":${words},"param":${words}}}`
    const stream = { 'content-type': 'text/event-stream' }
    if (fault === 'error')
      response.writeHead(400, { 'content-type': 'application/json' }).end(error)
    if (fault === 'header') response.writeHead(429, { 'x-request-id': MARK }).end(error)
    if (fault === 'html') response.writeHead(200, { 'content-type': 'text/html' }).end(words)
    if (fault === 'garbage') response.writeHead(200, stream).end(`data: {"choices": ${MARK}\n\n`)
    if (fault === 'cut') {
      response.writeHead(200, stream).write(`data: ${error}\n\n`)
      setImmediate(() => response.destroy())
    }
  })
  return {
    baseUrl: `${http.origin}/v1`,
    faults,
    stop: http.stop,
  }
}

beforeAll(async () => {
  ;[server, provider, dataDir] = await Promise.all([
    startDebianPostgres(),
    startRudeProvider(),
    mkdtemp(join(tmpdir(), 'auralink-logs-')),
  ])
  hub = runHub({
    dataDir,
    databaseUrl: server.url,
    env: {
      NODE_OPTIONS: `--require ${LOUD}`,
      OPENAI_API_KEY: 'x',
      OPENAI_BASE_URL: provider.baseUrl,
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
      OTEL_BSP_SCHEDULE_DELAY: '100',
      OTEL_EXPORTER_OTLP_TIMEOUT: '500',
    },
  })
  const ready = await line(({ address }) => typeof address === 'string')
  url = `http://127.0.0.1:${new URL(String(ready.address)).port}`
  ada = await enter(ADA)
  bob = await enter(BOB)
}, 120_000)

afterAll(async () => {
  ada?.cut()
  bob?.cut()
  if (hub?.child.exitCode === null) hub.child.kill('SIGKILL')
  await hub?.exited
  await Promise.all([provider?.stop(), server?.stop()])
  await rm(dataDir, { recursive: true, force: true })
})

async function enter(userId: string): Promise<Person> {
  const rooms = { [ROOM]: ['moderate' as const] }
  const token = await signToken(userId, { name: said(`name of ${userId}`), rooms })
  const person = await connectPerson(url, userId, token)
  good(await person.emit('room.join', { room: ROOM, name: said('nickname') }))
  return person
}

/** A line of the log, of those that came or will come. */
function line(fits: (line: Record<string, unknown>) => boolean): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`never logged; the log ends: ${hub.output().slice(-3_000)}`)),
      30_000,
    )
    hub.log.watch((found) => {
      if (!fits(found)) return
      clearTimeout(timer)
      resolve(found)
    })
  })
}

const logged = (text: string) => line(({ msg }) => String(msg).includes(text))

async function rest(path: string, init: RequestInit = {}, userId = ADA): Promise<number> {
  const token = await signToken(userId, { name: said('name') })
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const response = await fetch(`${url}${path}`, { headers, ...init })
  await response.text()
  return response.status
}

test('what people say, ask and are called, and what they do to each other', async () => {
  const caption = (segment: string, text: string, final = true) =>
    ada.emit('caption.push', { room: ROOM, segment: said(segment), text, final })
  good(await caption('1', said('we ship on Friday'), false))
  good(await caption('1', said('we ship on Friday, I will call Bob about it')))
  good(await ada.emit('chat.send', { room: ROOM, text: said('chat'), id: said('id') }))
  good(await ada.emit('chat.send', { room: ROOM, text: said('private'), to: BOB }))
  good(
    await bob.emit('caption.push', {
      ...{ room: ROOM, segment: 'b', final: true },
      text: `You are a worthless idiot, ${MARK}, I will kill you tonight.`,
    }),
  )
  const act = { room: ROOM, target: BOB, action: 'warn' as const, reason: said('reason') }
  const made = good(await ada.emit('moderation.act', act))
  const note = said('note')
  await ada.emit('moderation.review', { case: made.case, decision: 'undo', note })
  const agent = `/api/v1/rooms/${encodeURIComponent(ROOM)}/agents/qa`
  const rename = { method: 'PUT', body: JSON.stringify({ name: said('agent') }) }
  expect(await rest(agent, rename)).toBe(200)
})

test('payloads, frames, tokens and requests that are wrong, with words in each place', async () => {
  const wrong: [string, ...unknown[]][] = [
    [said('no such command'), {}],
    ['chat.send', { room: ROOM, text: { [said('key')]: said('value') } }],
    ['chat.send', said('no object')],
    ['chat.send', { room: ROOM, text: Buffer.from(said('binary')) }],
    ['room.join', { room: said('x').repeat(100) }],
    ['caption.push', { room: said('another room'), segment: 's', text: said('t'), final: true }],
    ['moderation.review', { case: said('case'), decision: said('decision') }],
    ['auth.refresh', { token: said('token') }],
    ['agent.interrupt', { room: ROOM, run: said('run') }],
  ]
  for (const [name, ...args] of wrong) await ada.emitAny(name, ...args).catch(() => {})
  const other = await enter(`${MARK}-carl`)
  for (const frame of [
    `42["${said('frame')}`,
    `4${said('4')}`,
    `451-["chat.send",{"_placeholder":true,"num":"${MARK}"}]`,
  ])
    other.send(frame)
  other.cut()
  const bad = { headers: { authorization: `Bearer ${MARK}.${btoa(`{"sub":"${MARK}"}`)}.x` } }
  expect(await rest('/api/v1/rooms', bad)).toBe(401)
  const name = encodeURIComponent(said('nowhere'))
  expect(await rest(`/api/v1/rooms/${name}`)).toBe(404)
  expect(await rest(`/api/v1/${name}`)).toBe(404)
  expect(await rest(`/api/v1/rooms?cursor=${name}&limit=${name}`)).toBe(422)
  expect(await rest('/api/v1/rooms', { method: 'POST', body: `{"name": ${said('broken')}` })).toBe(
    400,
  )
  const body = JSON.stringify({ name: '', [said('key')]: said('value') })
  expect(await rest('/api/v1/rooms', { method: 'POST', body })).toBe(422)
  expect(await rest(`/%E0%A4%A${MARK}`)).toBe(400)
})

test('a provider that repeats its question in every error', async () => {
  for (let i = 0; i < 5; i++) {
    const asked = await ada.emit('agent.ask', { room: ROOM, question: said(`question ${i}`) })
    const { run } = good(asked)
    await ada.until((e) => e.type === 'run.finished' && (e.data as { run: string }).run === run)
  }
  expect(new Set(provider.faults).size).toBe(5)
  await logged('the model failed')
})

test('a database that repeats the row in its error, and one that goes away in mid-sentence', async () => {
  await query(
    server.url,
    `create function refuse() returns trigger language plpgsql as $$
       begin raise exception 'refused: % %', new.data, new.actor_name using detail = new.data::text; end $$`,
  )
  await query(
    server.url,
    `create trigger refuse before insert on room_events for each row
       when (new.data::text like '%refuse me%') execute function refuse()`,
  )
  const refused = await ada.emit('chat.send', { room: ROOM, text: said('refuse me') })
  expect(refused).toMatchObject({ ok: false, error: { code: 'internal' } })
  await logged('a command failed')

  const waiting = server.down('SIGKILL')
  const late = ada.emit('chat.send', { room: ROOM, text: said('while it is away') })
  await waiting
  await logged('the database is away')
  expect(await rest('/api/v1/rooms')).toBe(503)
  await server.up()
  good(await late)
  await logged('the database is back')
  await logged('traces were not exported')
})

test('none of it is in the log, however loud the log is', async () => {
  const rooms = `/api/v1/rooms/${encodeURIComponent(ROOM)}`
  expect(await rest(`${rooms}/close`, { method: 'POST' })).toBe(200)
  hub.child.kill('SIGTERM')
  expect(await hub.exited).toMatchObject({ code: 0 })
  // it was loud: debug lines, the errors' places in the code, and the SDK's complaint
  const levels = new Set(hub.log.lines.map(({ level }) => level))
  expect([...levels]).toEqual(expect.arrayContaining([20, 30, 40, 50]))
  expect(hub.output()).toMatch(/server\/sockets\/dispatch\.ts:\d+/)
  expect(hub.output()).toContain('traces were not exported')
  const found = hub
    .output()
    .split('\n')
    .filter((printed) => printed.toLowerCase().includes(MARK))
  expect(found).toEqual([])
  expect(hub.output()).not.toMatch(/we ship|worthless|refuse me|while it is away/i)
})
