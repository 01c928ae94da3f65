import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { asyncApi, HubError, type RoomEventOf, type WireEvent } from '#protocol'
import {
  acquireOwnership,
  createLocalBus,
  createRooms,
  type Microphone,
  type Room,
  type Rooms,
  type Speech,
  systemClock,
} from '#rooms'
import { createAuth } from '../../server/auth/index.ts'
import { createBuckets } from '../../server/buckets.ts'
import { createMetrics } from '../../server/metrics.ts'
import { createSittings } from '../../server/sittings.ts'
import { type Sockets, startSockets } from '../../server/sockets/index.ts'
import { strictly } from '../support/asyncapi.ts'
import { SECRET, signToken } from '../support/hub.ts'
import { quiet, useDatabase } from '../support/postgres.ts'
import { connectPerson, errorOf, good, type Person } from './support.ts'

/**
 * The hub's sockets and rooms as they are, with an ear that tells exactly what reached it: `7x480` is a piece of 480
 * samples of the value 7. What real ears make of speech is tested where real speech is.
 */
const database = useDatabase()
const people: Person[] = []
const metrics = createMetrics()
const server = createServer()
const ears: Ear[] = []
let rooms: Rooms
let sockets: Sockets
let url: string
let names = 0

interface Ear extends Microphone {
  sampleRate: number
  pieces: string[]
  over: boolean
}

const speech: Speech = {
  listen({ sampleRate }, told) {
    const ear: Ear = {
      ...{ sampleRate, pieces: [], over: false },
      write(pcm) {
        if (ear.over) throw new Error('a microphone is written to after its end')
        if (ear.pieces.length === 0) told.speaking(true)
        ear.pieces.push(`${pcm[0]}x${pcm.length}`)
        told.partial('SG_1', ear.pieces.join(' '))
      },
      async end() {
        ear.over = true
        if (ear.pieces.length === 0) return
        told.speaking(false)
        const to = Date.now()
        told.final({ segment: `SG_${randomUUID()}`, text: ear.pieces.join(' '), from: to - 10, to })
      },
      cut() {
        ear.pieces = []
      },
    }
    ears.push(ear)
    return ear
  },
  backlogMs: () => 0,
  stop: async () => {},
}

beforeAll(async () => {
  const { db } = database
  const bus = createLocalBus({ log: quiet })
  const ownership = await acquireOwnership({
    ...{ db, nodeId: 'test', clock: systemClock, log: quiet },
    onLost: () => {},
  })
  rooms = createRooms({
    ...{ db, bus, ownership, clock: systemClock, logger: quiet, speech },
    nextId: randomUUID,
  })
  const nobody = async () => {
    throw new HubError('conflict', 'There are no agents here.')
  }
  sockets = startSockets({
    ...{ server, rooms, bus, metrics, log: quiet, clock: Date.now, random: Math.random },
    auth: createAuth({ dataDir: '/nonexistent', auth: { secret: SECRET } }),
    agents: { ask: nobody, interrupt: nobody, review: nobody },
    sittings: createSittings({ db, clock: systemClock, log: quiet }),
    buckets: createBuckets(Date.now),
    allowedOrigins: [],
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  for (const person of people) person.cut()
  await sockets?.close()
  await rooms?.stop(1_000)
  server.close()
})

async function connect(userId: string, room?: string): Promise<Person> {
  const token = await signToken(userId, room === undefined ? {} : { rooms: { [room]: ['join'] } })
  const person = await connectPerson(url, userId, token)
  people.push(person)
  return person
}

/** A room of ada, with bob in it. */
type Scene = Awaited<ReturnType<typeof scene>>

async function scene() {
  names += 1
  const name = `sound ${names}`
  const [ada, bob] = await Promise.all([connect(`ada${names}`), connect(`bob${names}`, name)])
  good(await ada.emit('room.join', { room: name }))
  good(await bob.emit('room.join', { room: name }))
  const principal = { userId: ada.userId, role: 'user' as const, expiresAt: 9e15 }
  const room = await rooms.get(name, principal)
  return { name, ada, bob, room }
}

const start = async (person: Person, room: string, sample_rate = 16_000) =>
  good(await person.emit('audio.start', { room, sample_rate }))
/** A frame whose samples say whose they are. */
const frame = (value: number, samples = 480) =>
  new Uint8Array(new Int16Array(samples).fill(value).buffer)
/** Everything before it has been received. */
const settled = (person: Person) => person.emit('desk.watch', {})

const isFinal = (event: WireEvent): event is RoomEventOf<'transcript.final'> =>
  event.type === 'transcript.final' && 'seq' in event
const saysBy = (person: Person) => (event: WireEvent) =>
  isFinal(event) && event.actor.id === person.userId

/** What a room's log has as spoken, by whom. */
async function spoken(room: Room) {
  const events = await room.read(['transcript.final'], 0)
  return events.filter(isFinal).map(({ actor, data }) => `${actor.id}: ${data.text}`)
}

test('sound becomes partials, and a final with its times, under the name of its speaker', async () => {
  const { name, ada, bob } = await scene()
  await start(bob, name, 44_100)
  expect(ears.at(-1)?.sampleRate).toBe(44_100)
  bob.sendBytes(frame(-7))
  bob.sendBytes(frame(300, 16_384))
  await ada.until(
    ({ type, ...event }) =>
      type === 'participant.speaking' && 'actor' in event && event.actor.id === bob.userId,
  )
  await ada.until((event) => event.type === 'transcript.partial' && event.data.text !== '')
  expect(good(await bob.emit('audio.stop', { room: name }))).toEqual({ ok: true })
  const said = await ada.until(saysBy(bob))
  expect(said).toMatchObject({
    actor: { id: bob.userId, kind: 'person' },
    data: {
      ...{ text: '-7x480 300x16384', source: 'speech', segment: expect.stringMatching(/^SG_/) },
      ...{ start_ms: expect.any(Number), end_ms: expect.any(Number) },
    },
  })
  // closed: nothing more is heard, and closing again does no harm
  bob.sendBytes(frame(8))
  good(await bob.emit('audio.stop', { room: name }))
  expect(ears.at(-1)?.pieces).toHaveLength(2)
})

test('two speak at once, on any number of rooms and connections, and none is taken for another', async () => {
  const [one, two] = [await scene(), await scene()]
  const phone = await connect(one.bob.userId, one.name)
  good(await phone.emit('room.join', { room: one.name }))
  const all: [Person, string, number][] = [
    [one.ada, one.name, 1],
    [one.bob, one.name, 2],
    [phone, one.name, 3],
    [two.ada, two.name, 4],
    [two.bob, two.name, 5],
  ]
  await Promise.all(all.map(([person, name]) => start(person, name)))
  for (let i = 0; i < 10; i += 1)
    for (const [person, , value] of all) person.sendBytes(frame(value))
  await Promise.all(all.map(([person, room]) => person.emit('audio.stop', { room })))
  for (const person of [one.ada, one.bob, two.ada, two.bob]) await person.until(saysBy(person))
  const ten = (value: number) => Array(10).fill(`${value}x480`).join(' ')
  await one.ada.until((event) => isFinal(event) && event.data.text === ten(3))
  expect((await spoken(one.room)).sort()).toEqual([
    `${one.ada.userId}: ${ten(1)}`,
    `${one.bob.userId}: ${ten(2)}`,
    `${one.bob.userId}: ${ten(3)}`,
  ])
  expect((await spoken(two.room)).sort()).toEqual([
    `${two.ada.userId}: ${ten(4)}`,
    `${two.bob.userId}: ${ten(5)}`,
  ])
})

test('another stream ends the one before at once: no room hears what is for another', async () => {
  const [one, two] = [await scene(), await scene()]
  const both = await connect('both')
  await rooms.setMember(
    { userId: one.ada.userId, role: 'user', expiresAt: 9e15 },
    one.name,
    'both',
    ['join'],
  )
  await rooms.setMember(
    { userId: two.ada.userId, role: 'user', expiresAt: 9e15 },
    two.name,
    'both',
    ['join'],
  )
  for (const { name } of [one, two]) good(await both.emit('room.join', { room: name }))
  await start(both, one.name)
  both.sendBytes(frame(1))
  // nobody waits for acks here: what comes before the ack is heard by nobody
  const pending = [
    both.emit('audio.start', { room: two.name, sample_rate: 16_000 }),
    both.emit('audio.start', { room: one.name, sample_rate: 16_000 }),
    both.emit('audio.start', { room: two.name, sample_rate: 16_000 }),
  ]
  both.sendBytes(frame(2))
  const [first, second, third] = await Promise.all(pending)
  expect([errorOf(first).code, errorOf(second).code, third?.ok]).toEqual([
    'conflict',
    'conflict',
    true,
  ])
  both.sendBytes(frame(3))
  await settled(both)
  // stopping another room's stream leaves this one as it is
  good(await both.emit('audio.stop', { room: one.name }))
  both.sendBytes(frame(4))
  // a start that is refused ends it as well
  expect(
    errorOf(await both.emit('audio.start', { room: 'nowhere', sample_rate: 16_000 })).code,
  ).toBe('not_found')
  both.sendBytes(frame(5))
  await both.until((event) => isFinal(event) && event.room === two.name)
  await settled(both)
  expect([await spoken(one.room), await spoken(two.room)]).toEqual([
    ['both: 1x480'],
    ['both: 3x480 4x480'],
  ])
})

test('who is muted or has opted out is not heard, and is again after it', async () => {
  const { name, ada, bob, room } = await scene()
  await start(bob, name)
  bob.sendBytes(frame(1))
  await ada.until((event) => event.type === 'transcript.partial')
  const acts = (action: 'mute' | 'restore') =>
    ada.emit('moderation.act', { room: name, target: bob.userId, action })
  good(await acts('mute'))
  bob.sendBytes(frame(2))
  await settled(bob)
  expect(errorOf(await bob.emit('audio.start', { room: name, sample_rate: 16_000 })).code).toBe(
    'muted',
  )
  good(await acts('restore'))
  await start(bob, name)
  bob.sendBytes(frame(3))
  good(await bob.emit('transcription.set', { room: name, on: false }))
  bob.sendBytes(frame(4))
  await settled(bob)
  good(await bob.emit('transcription.set', { room: name, on: true }))
  bob.sendBytes(frame(5))
  good(await bob.emit('audio.stop', { room: name }))
  await ada.until(saysBy(bob))
  expect(await spoken(room)).toEqual([`${bob.userId}: 5x480`])
})

test.each<[string, (scene: Scene) => Promise<unknown>]>([
  ['leaving', ({ bob, name }) => bob.emit('room.leave', { room: name })],
  ['watching only', ({ bob, name }) => bob.emit('room.join', { room: name, as: 'watch' })],
  ['a cut connection', async ({ bob }) => bob.cut()],
  [
    'a lost membership',
    async ({ bob, name, ada }) => {
      const token = await signToken(bob.userId, { rooms: {} })
      expect(good(await bob.emit('auth.refresh', { token })).rooms.lost).toEqual([name])
      expect(ada.isOpen).toBe(true)
    },
  ],
])('%s ends the stream, and what was said until then is transcribed', async (_, what) => {
  const one = await scene()
  await start(one.bob, one.name)
  one.bob.sendBytes(frame(6))
  await one.ada.until((event) => event.type === 'transcript.partial')
  await what(one)
  if (one.bob.isOpen) one.bob.sendBytes(frame(7))
  await one.ada.until(saysBy(one.bob))
  if (one.bob.isOpen) await settled(one.bob).catch(() => {})
  expect(await spoken(one.room)).toEqual([`${one.bob.userId}: 6x480`])
  expect(ears.at(-1)?.over).toBe(true)
})

test('a removed person is not heard, whatever was on its way', async () => {
  const { name, ada, bob, room } = await scene()
  await start(bob, name)
  bob.sendBytes(frame(1))
  await ada.until((event) => event.type === 'transcript.partial')
  good(await ada.emit('moderation.act', { room: name, target: bob.userId, action: 'remove' }))
  bob.sendBytes(frame(2))
  await settled(bob)
  expect(errorOf(await bob.emit('audio.start', { room: name, sample_rate: 16_000 })).code).toBe(
    'removed',
  )
  expect(ears.at(-1)?.over).toBe(true)
  expect(await spoken(room)).toEqual([])
})

test('it opens for those who may speak, at rates that microphones have', async () => {
  const { name, ada } = await scene()
  const watcher = await connect('wim', name)
  const begin = (room: string, sample_rate: number) =>
    watcher.emit('audio.start', { room, sample_rate })
  expect(errorOf(await begin(name, 16_000)).code).toBe('forbidden')
  good(await watcher.emit('room.join', { room: name, as: 'watch' }))
  expect(errorOf(await begin(name, 16_000)).code).toBe('forbidden')
  for (const rate of [7_999, 48_001, 16_000.5])
    expect(errorOf(await begin(name, rate)).code).toBe('invalid')
  // who is here by another connection opens it on that one
  const other = await connect(ada.userId)
  expect(errorOf(await other.emit('audio.start', { room: name, sample_rate: 8_000 })).code).toBe(
    'forbidden',
  )
})

test('what is no sound is counted and costs nobody else anything; too much of it closes the connection', async () => {
  const { name, ada, bob, room } = await scene()
  const counted = async (outcome: string) =>
    (await metrics.audioFrames.get()).values.find(({ labels }) => labels.outcome === outcome)
      ?.value ?? 0
  const [stray, malformed] = [await counted('stray'), await counted('malformed')]
  bob.sendBytes(frame(1))
  await start(bob, name)
  bob.sendBytes(Buffer.from([1, 2, 3]))
  bob.send('42["audio.frame"]')
  bob.send('42["audio.frame",{"pcm":[1,2]}]')
  bob.send('42["audio.frame","AAAA",7]')
  // no ack, even where one is asked for
  bob.send('427["audio.frame",null]')
  bob.sendBytes(new Uint8Array(0))
  bob.sendBytes(frame(9))
  good(await bob.emit('audio.stop', { room: name }))
  await ada.until(saysBy(bob))
  expect(bob.acks.filter((ack) => ack.startsWith('437['))).toEqual([])
  expect([(await counted('stray')) - stray, (await counted('malformed')) - malformed]).toEqual([
    1, 5,
  ])
  expect(await spoken(room)).toEqual([`${bob.userId}: undefinedx0 9x480`])

  for (let i = 0; i < 100; i += 1) bob.send('42["audio.frame",7]')
  expect((await bob.closed).code).toBe(1009)
  // and other commands take no bytes
  ada.sendBytes(frame(1), 'chat.send')
  good(await ada.emit('chat.send', { room: name, text: 'still here' }))
})

test('a frame over 32 KB closes the connection with 1009, and so does sound that nobody can say', async () => {
  const { name, bob, ada } = await scene()
  await start(bob, name)
  bob.sendBytes(frame(1, 16 * 1024))
  bob.sendBytes(frame(2, 16 * 1024 + 1))
  expect((await bob.closed).code).toBe(1009)
  const said = await ada.until(saysBy(bob))
  expect(said).toMatchObject({ data: { text: '1x16384' } })

  const again = await connect(bob.userId, name)
  good(await again.emit('room.join', { room: name }))
  await start(again, name)
  // a minute and more of the best sound within a moment
  for (let i = 0; i < 300 && again.isOpen; i += 1) again.sendBytes(frame(1, 16 * 1024))
  expect((await again.closed).code).toBe(1009)
  expect(ada.isOpen).toBe(true)
})

test('the sound of an agent arrives as bytes', async () => {
  const { ada, bob, room } = await scene()
  const pcm = frame(1234)
  const actor = { id: 'agent:qa', name: 'Aura', kind: 'agent' } as const
  const data = { run: 'r1', agent: 'qa', index: 0, sample_rate: 24_000, pcm }
  room.emit({ type: 'talkback.audio', actor, data })
  for (const person of [ada, bob]) {
    const event = await person.until(({ type }) => type === 'talkback.audio')
    expect(event).toMatchObject({ actor, data: { run: 'r1', sample_rate: 24_000 } })
    const got = (event as Extract<WireEvent, { type: 'talkback.audio' }>).data.pcm
    expect([...got]).toEqual([...pcm])
  }
})

test('nothing of sound is sent that the document does not say', async () => {
  const check = strictly(asyncApi())
  const { name, ada, bob, room } = await scene()
  check('ack.audio.start', await bob.emit('audio.start', { room: name, sample_rate: 8_000 }))
  const system = { id: 'system', name: 'AuraLink', kind: 'system' } as const
  room.emit({ type: 'transcription.delayed', actor: system, data: { behind_ms: 4_000 } })
  const actor = { id: bob.userId, name: bob.userId, kind: 'person' } as const
  const data = { from_ms: 1, to_ms: 2, reason: 'overloaded' }
  await room.append([{ type: 'transcript.gap', actor, data }])
  const pcm = frame(1)
  room.emit({
    ...{ type: 'talkback.audio', actor },
    data: { run: 'r', agent: 'qa', index: 0, sample_rate: 16_000, pcm },
  })
  bob.sendBytes(pcm)
  check('command.audio.frame', pcm)
  check('ack.audio.stop', await bob.emit('audio.stop', { room: name }))
  await ada.until(saysBy(bob))
  const types = new Set(ada.events.map(({ type }) => type))
  for (const event of ada.events) check(`event.${event.type}`, event)
  for (const type of ['participant.speaking', 'transcription.delayed', 'transcript.gap'])
    expect(types).toContain(type)
  expect(types).toContain('talkback.audio')
})
