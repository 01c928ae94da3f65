import { randomUUID } from 'node:crypto'
import { RoomServiceClient } from 'livekit-server-sdk'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RoomEvent } from '#protocol'
import { systemClock } from '#rooms'
import { createIdentities, createLiveKitMedia, type LiveKitMedia } from '#rooms/livekit'
import { createFakeSpeech } from '../support/fake-speech.ts'
import { type LiveKitServer, startLiveKit } from '../support/livekit.ts'
import { createGuests } from '../support/livekit-guest.ts'
import { quiet, useDatabase } from '../support/postgres.ts'
import { person, startNode, type TestNode } from '../support/rooms.ts'

const WITHIN = { timeout: 20_000, interval: 20 }
const AURA = { id: 'agent:qa', name: 'Aura', kind: 'agent' } as const

const database = useDatabase()
const speech = createFakeSpeech()
let livekit: LiveKitServer
let service: RoomServiceClient
let node: TestNode
let media: LiveKitMedia
let guests: Awaited<ReturnType<typeof createGuests>>

beforeAll(async () => {
  livekit = await startLiveKit()
  service = new RoomServiceClient(livekit.url, livekit.apiKey, livekit.apiSecret)
  node = await startNode(database.db, { speech: speech.port })
  speech.follow(node.bus)
  media = startMedia()
  guests = await createGuests(livekit)
})
afterAll(async () => {
  await guests?.leave()
  await media?.stop()
  await node?.rooms.stop(1_000)
  await livekit?.stop()
})

function startMedia(): LiveKitMedia {
  const { url, apiKey, apiSecret } = livekit
  const shared = { bus: node.bus, clock: systemClock, log: quiet, nextId: randomUUID }
  return createLiveKitMedia({ url, apiKey, apiSecret, ...shared })
}

/** A LiveKit room that the agents are in, and its hub room. */
async function enters(name: string) {
  const owner = await node.enter(name, person('owner', { name: 'Owner' }))
  const { sid } = await service.createRoom({ name, departureTimeout: 30, emptyTimeout: 30 })
  await media.enter(owner.room, sid)
  return { owner, room: owner.room, sid }
}

const in_ = (room: string, identity: string) => `lk:${room}:${identity}`
const of = (room: string, type: RoomEvent['type'], actor?: string) => (event: RoomEvent) =>
  event.room === room && event.type === type && (actor === undefined || event.actor.id === actor)

test('people of a LiveKit room are people of the hub, under their names; agents and recorders are not', async () => {
  const name = 'people / ☕'
  const { owner, room, sid } = await enters(name)
  expect(media.entered(name)).toBe(sid)
  await media.enter(room, sid) // once is enough
  const told: string[] = []
  const off = media.onPerson((_, one) => told.push(one.identity))

  const ann = await guests.join(name, 'ann:1 é', { name: 'Ann\u0007Smith' })
  const member = createIdentities(livekit.apiSecret).identityOf('mia')
  await guests.join(name, member, { name: '' })
  await guests.join(name, 'robot', { kind: 'agent' })
  await guests.join(name, 'hub.bWlh.AAAAAAAAAAAAAAAAAAAAAA', { name: 'Not Mia' })

  const names = () => Object.fromEntries(room.participants().map((one) => [one.id, one.name]))
  await expect.poll(names, WITHIN).toEqual({
    owner: 'Owner',
    [in_(name, 'ann:1 é')]: 'Ann Smith',
    mia: member,
    [in_(name, 'hub.bWlh.AAAAAAAAAAAAAAAAAAAAAA')]: 'Not Mia',
  })
  expect(owner.room.view().media).toBe('livekit')
  expect(told).toContain('ann:1 é')
  expect(told).not.toContain('robot')
  expect(
    media
      .people(name)
      .map(({ userId }) => userId)
      .sort(),
  ).toEqual([in_(name, 'ann:1 é'), in_(name, 'hub.bWlh.AAAAAAAAAAAAAAAAAAAAAA'), 'mia'].sort())
  await expect
    .poll(() => ann.remote(`aura-${sid}`)?.attributes['lk.agent.state'], WITHIN)
    .toBe('initializing')
  room.setAgents([{ id: AURA.id, name: 'Aura', workflow: 'qa' }])
  room.setAgentState(AURA.id, 'thinking')
  await expect
    .poll(() => ann.remote(`aura-${sid}`)?.attributes['lk.agent.state'], WITHIN)
    .toBe('thinking')

  // the same identity again takes the first one's place
  const again = await guests.join(name, 'ann:1 é', { name: 'Annie' })
  await node.event(
    (event) =>
      of(name, 'participant.updated', in_(name, 'ann:1 é'))(event) &&
      event.type === 'participant.updated' &&
      event.data.name === 'Annie',
  )
  await again.renames('Anna')
  await expect.poll(() => names()[in_(name, 'ann:1 é')], WITHIN).toBe('Anna')
  await again.leaves()
  await expect.poll(() => media.people(name).length, WITHIN).toBe(2)
  off()
})

test('what somebody says is heard under their name and comes back as text; a page of LiveKit alone gets it all', async () => {
  const name = 'talk'
  const { owner, room } = await enters(name)
  const ann = await guests.join(name, 'ann', { name: 'Ann' })
  const ben = await guests.join(name, 'ben', { name: 'Ben' })
  const annId = in_(name, 'ann')
  const track = await ann.publishes()
  ann.hums()
  const voice = await speech.heard(annId)
  await expect.poll(() => voice.loudest(), WITHIN).toBeGreaterThan(2_000)

  voice.told.partial('SG_one', 'We ship')
  const partial = await ben.reads('lk.transcription', (one) => one.text === 'We ship')
  expect(partial).toMatchObject({
    identity: 'ann',
    attributes: {
      'lk.segment_id': 'SG_one',
      'lk.transcription_final': 'false',
      'lk.transcribed_track_id': track,
    },
  })
  voice.told.final({ segment: 'SG_one', text: 'We ship on Friday.', from: 1, to: 2 })
  const final = await ben.reads('lk.transcription', (one) => one.text === 'We ship on Friday.')
  expect(final).toMatchObject({
    identity: 'ann',
    attributes: { 'lk.segment_id': 'SG_one', 'lk.transcription_final': 'true' },
  })
  await node.event(of(name, 'transcript.final', annId))

  // people who are in the hub's room alone
  await owner.says('From the page of the hub.')
  const said = await ben.reads('lk.transcription', (one) => one.text.startsWith('From the page'))
  expect(said.attributes['aura.speaker_name']).toBe('Owner')
  expect(said.identity).toMatch(/^hub\./)

  // chat, both ways, without an echo
  await ann.writes('Aura, when do we ship?')
  const question = await node.event(of(name, 'chat.message', annId))
  expect(question.data).toEqual({ text: 'Aura, when do we ship?' })
  await owner.writes('For all of you.')
  const chat = await ann.reads('lk.chat', (one) => one.text === 'For all of you.')
  expect(chat.attributes['aura.speaker_name']).toBe('Owner')

  // agents: one growing stream; to one person in private
  const run = randomUUID()
  const delta = (index: number, text: string, to?: string) =>
    room.emit({
      type: 'talkback.delta',
      actor: AURA,
      data: { run, agent: AURA.id, index, text },
      ...(to === undefined ? {} : { to }),
    })
  delta(0, 'On')
  await room.append([
    {
      type: 'talkback.said',
      actor: AURA,
      data: { run, agent: AURA.id, text: 'On Friday.', voice: false },
    },
    {
      type: 'talkback.said',
      actor: AURA,
      to: annId,
      data: { agent: AURA.id, text: 'Only for Ann.', voice: false },
    },
    {
      type: 'chat.message',
      actor: { id: 'owner', name: 'Owner', kind: 'person' },
      to: annId,
      data: { text: 'A secret.' },
    },
    {
      type: 'summary.updated',
      actor: AURA,
      data: { version: 1, upto: 1, key_points: [], decisions: [], action_items: [], topics: [] },
    },
  ])
  const answer = await ben.reads('lk.transcription', (one) => one.text === 'On Friday.')
  expect(answer.identity).toMatch(/^aura-RM_/)
  expect(answer.attributes['lk.segment_id']).toBe(`SG_${run.replaceAll('-', '')}`)
  await ann.reads('lk.chat', (one) => one.text === 'Only for Ann.')
  await ann.reads('lk.chat', (one) => one.text === 'A secret.')
  await ben.reads('aura.summary', (one) => JSON.parse(one.text).version === 1)
  const late = await guests.join(name, 'late')
  await late.reads('aura.summary', (one) => JSON.parse(one.text).version === 1)
  expect(ben.texts.filter(({ topic }) => topic === 'lk.chat').map(({ text }) => text)).toEqual([
    'Aura, when do we ship?',
    'For all of you.',
  ])
  expect(ann.texts.filter(({ text }) => text.startsWith('Aura, when'))).toEqual([])

  // who is silenced by LiveKit, or silences themselves, has ended the sentence
  await service.mutePublishedTrack(name, 'ann', track, true)
  await expect.poll(() => voice.ended(), WITHIN).toBe(true)
  await ann.publishes()
  ann.hums()
  const second = await speech.heard(annId)
  await expect.poll(() => second.loudest(), WITHIN).toBeGreaterThan(2_000)
})

test('who opts out is not heard, by attribute or by command; who is muted or removed is not, until it is over', async () => {
  const name = 'quiet'
  const { owner, room, sid } = await enters(name)
  const ann = await guests.join(name, 'ann', { attributes: { 'aura.transcription': 'off' } })
  const annId = in_(name, 'ann')
  const ben = await guests.join(name, 'ben')
  const benId = in_(name, 'ben')
  await ann.publishes()
  ann.hums()
  await ben.publishes()
  ben.hums()
  const bens = await speech.heard(benId)
  await expect.poll(() => bens.loudest(), WITHIN).toBeGreaterThan(2_000)
  const optedOut = () => ben.remote(`aura-${sid}`)?.attributes['aura.opted_out']
  await expect.poll(optedOut, WITHIN).toBe('["ann"]')
  expect(speech.count(annId)).toBe(0)

  await ann.sets({ 'aura.transcription': 'on' })
  const anns = await speech.heard(annId)
  await expect.poll(() => anns.loudest(), WITHIN).toBeGreaterThan(2_000)
  await room.setTranscription(person(annId, { rooms: { [name]: ['join'] } }), false)
  await expect.poll(() => anns.ended(), WITHIN).toBe(true)
  await expect.poll(optedOut, WITHIN).toBe('["ann"]')

  await owner.acts('remove', benId, { reason: 'shouting' })
  await expect.poll(() => bens.ended(), WITHIN).toBe(true)
  expect(room.isPresent(benId)).toBe(false)
  // still in LiveKit here, since nobody enforces it: known, but not let in
  expect(media.people(name).map(({ identity }) => identity)).toContain('ben')
  await ben.writes('may I?')
  await ben.reads('lk.chat', (one) => one.text.includes('did not get your message'))
  await owner.acts('restore', benId)
  await expect.poll(() => room.isPresent(benId), WITHIN).toBe(true)
  const back = await speech.heard(benId)
  await expect.poll(() => back.loudest(), WITHIN).toBeGreaterThan(2_000)
  expect(await node.log(room)).not.toContain(`chat.message ${benId} may I?`)
})

test('whom the room cannot take in at first is taken in later', async () => {
  const name = 'later'
  const owner = await node.enter(name, person('owner'))
  const { sid } = await service.createRoom({ name, departureTimeout: 30, emptyTimeout: 30 })
  let failures = 0
  const arrive: typeof owner.room.arrive = async (...call) => {
    if (failures++ === 0) throw new Error('the database is away')
    return owner.room.arrive(...call)
  }
  await media.enter(Object.create(owner.room, { arrive: { value: arrive } }), sid)
  await guests.join(name, 'ann')
  await expect.poll(() => owner.room.isPresent(in_(name, 'ann')), WITHIN).toBe(true)
  expect(failures).toBeGreaterThan(1)
  await media.leave(name)
})

test('who writes more than can be read is told so once, and others are read meanwhile', async () => {
  const name = 'flood'
  await enters(name)
  const eve = await guests.join(name, 'eve')
  // before LiveKit tells that they are there
  await eve.writes('hello')
  await node.event(of(name, 'chat.message', in_(name, 'eve')))
  const ann = await guests.join(name, 'ann')
  for (let count = 0; count < 20; count++) await eve.mumbles()
  await eve.writes('one more')
  await eve.reads('lk.chat', ({ text }) => text.startsWith('You write faster'))
  await eve.writes('and more')
  await ann.writes('good morning')
  await node.event(of(name, 'chat.message', in_(name, 'ann')))
  // what is never ended is given up
  await expect
    .poll(
      async () => {
        await eve.writes('at last')
        return node.signals.some(
          (one) =>
            one.kind === 'events' &&
            one.events.some(({ data }) => 'text' in data && data.text === 'at last'),
        )
      },
      { timeout: 25_000, interval: 1_000 },
    )
    .toBe(true)
  expect(eve.texts.filter(({ text }) => text.startsWith('You write faster'))).toHaveLength(1)
})

test("the agents' voice is heard, falls silent at once, and is not heard by the agents themselves", async () => {
  const name = 'voice'
  const { room } = await enters(name)
  const ann = await guests.join(name, 'ann')
  await expect.poll(() => room.hearsVoice(), WITHIN).toBe(true)
  const heard = ann.listens()
  const voice = room.openVoice({ run: 'r', agent: AURA.id })
  const writing = voice.write({ pcm: tone(16_000, 10), sampleRate: 16_000 })
  await expect.poll(() => heard.loudest(), WITHIN).toBeGreaterThan(2_000)
  await expect.poll(() => voice.playedMs(), WITHIN).toBeGreaterThan(300)
  voice.stop()
  await writing
  await voice.finish()
  const played = voice.playedMs()
  expect(played).toBeLessThan(9_000)
  // some is on its way; then there is silence
  await expect.poll(() => heard.silentMs(), WITHIN).toBeGreaterThan(300)
  expect(voice.playedMs()).toBe(played)

  heard.forget()
  const second = room.openVoice({ run: 's', agent: AURA.id })
  await second.write({ pcm: tone(24_000, 0.5), sampleRate: 24_000 })
  await second.finish()
  expect(second.playedMs()).toBeCloseTo(500, -1)
  await expect.poll(() => heard.loudest(), WITHIN).toBeGreaterThan(2_000)
  expect(speech.count(`lk:${name}:aura`)).toBe(0)
  expect(speech.users().filter((id) => id.includes('aura-'))).toEqual([])
})

test('a room that is over is told as over; one that is sent out stays out', async () => {
  const left: string[] = []
  const off = media.onLeft((room, why) => left.push(`${room.name} ${why}`))
  await enters('deleted')
  await enters('sent out')
  const { owner } = await enters('closed')
  await media.leave('sent out')
  expect(media.entered('sent out')).toBeUndefined()
  await service.deleteRoom('deleted')
  await owner.room.close('closed')
  await expect.poll(() => left.sort(), WITHIN).toEqual(['closed ended', 'deleted ended'])
  expect(media.entered('deleted')).toBeUndefined()
  off()
})

test('a LiveKit server that is killed and started again, and a hub that is: the room goes on, and the gap is told', async () => {
  const name = 'restarts'
  const { room, sid } = await enters(name)
  const ann = await guests.join(name, 'ann')
  const annId = in_(name, 'ann')
  await ann.publishes()
  ann.hums()
  await speech.heard(annId)
  await livekit.down()
  await livekit.up()
  const again = await speech.heard(annId)
  await expect.poll(() => again.loudest(), WITHIN).toBeGreaterThan(2_000)
  await node.event(of(name, 'transcript.gap', 'system'))
  await expect.poll(() => media.entered(name), WITHIN).not.toBe(sid)

  // as a hub that ends in the middle of it, and another on the same database
  await media.stop()
  await node.rooms.stop(1_000)
  node = await startNode(database.db, { speech: speech.port, nodeId: 'next' })
  speech.follow(node.bus)
  media = startMedia()
  const next = await node.rooms.enter(name, person('owner'))
  const [now] = await service.listRooms([name])
  await media.enter(next, now?.sid ?? '')
  await speech.heard(annId)
  await node.event(of(name, 'transcript.gap', 'system'))
  const gaps = (await node.log(room)).filter((line) => line.startsWith('transcript.gap'))
  expect(gaps).toEqual([
    'transcript.gap system LiveKit could not be reached',
    'transcript.gap system the hub was away',
  ])
}, 60_000)

function tone(rate: number, seconds: number): Int16Array {
  return Int16Array.from({ length: rate * seconds }, (_, at) =>
    Math.round(8_000 * Math.sin((2 * Math.PI * 440 * at) / rate)),
  )
}
