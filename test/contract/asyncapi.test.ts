import { readFileSync } from 'node:fs'
import { Parser } from '@asyncapi/parser'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  type AsyncApiDocument,
  asyncApi,
  commands,
  durableEvents,
  ephemeralEvents,
} from '#protocol'
import { strictly } from '../support/asyncapi.ts'
import { createDatabaseOn, startDebianPostgres } from '../support/database-server.ts'
import { startHub } from '../support/hub.ts'
import { connectPerson, type Person, useHub } from './support.ts'

test('the document is valid AsyncAPI 3.0, and says of everything when and why', async () => {
  const document = asyncApi()
  const { document: parsed, diagnostics } = await new Parser().parse(JSON.stringify(document))
  // the parser recommends 3.1 to every document of 3.0; nothing else is amiss
  const amiss = diagnostics.filter(({ code }) => code !== 'asyncapi-latest-version')
  expect(amiss).toEqual([])
  const operations = parsed?.operations().all() ?? []
  const names = operations.map((operation) => operation.id())
  expect(names).toEqual(expect.arrayContaining(Object.keys(commands)))
  for (const name of Object.keys(commands)) {
    const operation = operations.find((one) => one.id() === name)
    expect(operation?.isReceive(), name).toBe(true)
    const replies = operation?.reply()?.messages().all() ?? []
    expect(replies.map((reply) => reply.id())).toEqual([`ack.${name}`, 'Refusal'])
  }
  for (const [id, message] of Object.entries(document.components.messages)) {
    expect(message.summary, id).toMatch(/\w/)
    if (!id.startsWith('ack.')) expect(message.description, id).toMatch(/\w/)
  }
  for (const type of [...Object.keys(durableEvents), ...Object.keys(ephemeralEvents)])
    expect(document.channels.event?.messages).toHaveProperty([`event.${type}`])
})

/** Comes where people are heard, or agents speak aloud. */
const SOUND = ['participant.speaking', 'transcription.delayed', 'transcript.gap', 'talkback.audio']

describe('a running hub', () => {
  const setting = useHub()
  const { connect, rest, roomName } = setting
  let served: AsyncApiDocument
  let check: (schema: string, value: unknown) => void

  beforeAll(async () => {
    const answer = await rest('/api/v1/asyncapi.json')
    served = answer.body
    check = strictly(served)
  })

  test('serves it without a token, and the pages of REST lead to it', async () => {
    expect(served).toEqual(JSON.parse(JSON.stringify(asyncApi())))
    const { body } = await rest('/api/v1/openapi.json')
    expect(body.externalDocs.url).toBe('/api/v1/asyncapi.json')
    expect(body.info.description).toContain('(/api/v1/asyncapi.json)')
  })

  test('sends and acks nothing that the document does not say', async () => {
    const room = roomName()
    const seen = new Set<string>()
    const acked = new Set<string>()
    const refused = new Set<string>()
    const rooms = { [room]: ['join' as const] }
    const send = async (person: Person, name: string, payload: object) => {
      const ack = await person.emitAny(name, payload)
      const ok = typeof ack === 'object' && ack !== null && 'ok' in ack && ack.ok === true
      if (ok) check(`command.${name}`, payload)
      check(ok ? `ack.${name}` : 'Refusal', ack)
      ;(ok ? acked : refused).add(name)
      const { events = [], ...rest } = ack as { events?: { type: string }[] }
      for (const { type } of events) seen.add(type)
      return rest as Record<string, never>
    }

    const ada = await connect('ada', { name: 'Ada' })
    await send(ada, 'desk.watch', {})
    const { epoch } = await send(ada, 'room.join', { room, name: 'Ada' })
    const bob = await connect('bob', { name: 'Bob', rooms })
    await send(bob, 'room.join', { room, as: 'participant' })
    await send(bob, 'caption.push', { room, segment: 'p', text: 'I thi', final: false })
    await send(bob, 'chat.send', { room, text: 'between us', to: 'ada' })
    await send(bob, 'audio.start', { room, sample_rate: 48_000 })
    await send(bob, 'audio.stop', { room })
    const watcher = await connect('wim', { rooms: { [room]: ['watch'] } })
    await send(watcher, 'room.join', { room, as: 'watch' })

    const sample = new URL('../../protocol/client/sample-meeting.json', import.meta.url)
    const { turns } = JSON.parse(readFileSync(sample, 'utf8')) as { turns: { text: string }[] }
    for (const [i, { text }] of turns.slice(0, 16).entries())
      await send(i % 2 ? bob : ada, 'caption.push', {
        ...{ room, segment: `s${i}`, text, final: true, start_ms: i, end_ms: i + 1 },
      })
    await ada.until((event) => event.type === 'summary.updated', 25_000)
    const { run } = await send(ada, 'agent.ask', { room, question: turns[2]?.text })
    await ada.until((event) => event.type === 'run.finished' && event.data.run === run, 25_000)
    await send(ada, 'agent.interrupt', { room })
    await send(bob, 'transcription.set', { room, on: false })
    await send(bob, 'transcription.set', { room, on: true })
    await send(bob, 'caption.push', {
      ...{ room, segment: 'rude', text: 'Shut up, you worthless piece of shit, I will kill you.' },
      final: true,
    })
    await ada.until((event) => event.type === 'moderation.flagged', 25_000)

    const mute = { room, target: 'bob', action: 'mute', minutes: 1, reason: 'enough' }
    const { case: opened } = await send(ada, 'moderation.act', { ...mute, id: 'once' })
    await send(ada, 'moderation.act', { ...mute, id: 'once' })
    await send(ada, 'moderation.claim', { case: opened, on: true })
    await send(ada, 'moderation.review', { case: opened, decision: 'undo', note: 'calm again' })
    await send(ada, 'moderation.review', { case: opened, decision: 'undo' })
    await ada.until((event) => event.type === 'moderation.reviewed', 25_000)
    await send(ada, 'room.history', { room, after: 0, limit: 500 })
    await send(bob, 'room.join', { room, since: { epoch, seq: 1 } })
    await send(ada, 'desk.watch', {})
    await send(ada, 'auth.refresh', { token: await setting.hub.token('ada', { name: 'Ada' }) })
    await send(watcher, 'room.leave', { room })

    // what desk.watch does not know, it ignores
    for (const name of Object.keys(commands).filter((one) => one !== 'desk.watch'))
      await send(bob, name, { room: '', token: 7 })
    await send(bob, 'agent.dance', {})

    await rest(`/api/v1/rooms/${encodeURIComponent(room)}`, {
      ...{ as: 'ada', method: 'PATCH', body: { settings: { voice: false } } },
    })
    await rest(`/api/v1/rooms/${encodeURIComponent(room)}/close`, { as: 'ada', method: 'POST' })
    await ada.until((event) => event.type === 'room.closed')
    await setting.hub.stop()
    for (const person of [ada, bob, watcher]) {
      await person.closed
      for (const event of person.events) {
        const type = 'pending' in event ? 'pending' : event.type
        seen.add(type)
        check(`event.${type}`, event)
        if ('seq' in event) check('LogEvent', event)
      }
    }
    expect([...acked].sort()).toEqual(Object.keys(commands).sort())
    expect([...refused]).toEqual(
      expect.arrayContaining(['room.join', 'moderation.review', 'auth.refresh', 'agent.dance']),
    )
    // a stop needs luck, what is sent while the database is away is the next test's, and sound has its own
    const rare = ['talkback.stop', 'room.degraded', 'room.recovered', ...SOUND]
    const all = [...Object.keys(durableEvents), ...Object.keys(ephemeralEvents), 'hidden']
    expect(all.filter((type) => !seen.has(type) && !rare.includes(type))).toEqual([])
  }, 120_000)
})

test('nor does it while its database is away and when it is back', async () => {
  const check = strictly(asyncApi())
  const server = await startDebianPostgres()
  const database = await createDatabaseOn(server.url)
  const hub = await startHub({ databaseUrl: database.url })
  const ada = await connectPerson(hub.url, 'ada', await hub.token('ada'))
  try {
    const room = 'outage'
    check('ack.room.join', await ada.emitAny('room.join', { room }))
    await server.down('SIGINT')
    const push = { room, segment: 's', text: 'Is anybody keeping this?', final: true }
    const acked = ada.emitAny('caption.push', push)
    await ada.until((event) => event.type === 'room.degraded', 30_000)
    await ada.until((event) => 'pending' in event && event.type === 'transcript.final', 30_000)
    await server.up()
    // on a slow machine the wait can be over before the database is back
    const ack = await acked
    check(JSON.stringify(ack).includes('"ok":true') ? 'ack.caption.push' : 'Refusal', ack)
    await ada.until((event) => event.type === 'room.recovered', 30_000)
    for (const event of ada.events)
      check(`event.${'pending' in event ? 'pending' : event.type}`, event)
  } finally {
    ada.cut()
    await hub.stop()
    await server.stop()
  }
}, 120_000)
