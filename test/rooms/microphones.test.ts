import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Microphone, Room, Speech } from '#rooms'
import { createSpeech } from '#rooms/speech'
import { createFakeTranscriber, createLoudnessDetector, silence, tone } from '../fakes/hearing.ts'
import { createFakeClock } from '../support/clock.ts'
import { quiet, useDatabase } from '../support/postgres.ts'
import { enterMeeting, type Member, startNode, type TestNode } from '../support/rooms.ts'

/** From a microphone to the log: what was said is there, in order, before the room closes, or it is said that it is not. */
const database = useDatabase()
const clock = createFakeClock()
let transcriber = createFakeTranscriber()
let speech: Speech
let node: TestNode

beforeAll(async () => {
  speech = await createSpeech({
    // a new one for each test
    transcriber: {
      name: 'fake',
      warm: async () => {},
      begin: (options) => transcriber.begin(options),
      stop: async () => {},
    },
    detector: createLoudnessDetector(),
    clock,
    log: quiet,
    nextId: randomUUID,
  })
  node = await startNode(database.db, { clock, speech })
})
beforeEach(() => {
  transcriber = createFakeTranscriber()
})
afterAll(async () => {
  await node.rooms.stop(1000)
  await speech.stop()
})

const open = ({ room, principal }: Member): Microphone =>
  room.openMicrophone(principal, { sampleRate: 16_000 })

async function speaks(microphone: Microphone, ...sounds: Int16Array[]): Promise<void> {
  for (const sound of sounds)
    for (let i = 0; i < sound.length; i += 1_600) {
      await clock.advance(100)
      microphone.write(sound.subarray(i, i + 1_600))
    }
  await clock.advance(0)
}

/** Everything of the room since it opened, as types with what they tell. */
async function told(room: Room): Promise<unknown[]> {
  const events = await room.read(
    ['transcript.final', 'transcript.gap', 'participant.left', 'room.closed'],
    0,
  )
  return events.map(({ type, actor, data }) => {
    if (type === 'transcript.final') return [actor.name, data.text]
    return type === 'transcript.gap' ? [actor.name, data.reason] : type
  })
}

test('what is said is in the log under the name of who says it, with its times', async () => {
  const { ann, room } = await enterMeeting(node, 'said')
  const microphone = open(ann)
  const from = clock.now() - room.openedAt
  await speaks(microphone, tone(500))
  expect(ann.ephemeral).toMatchObject([
    { type: 'participant.speaking', actor: { id: 'ann' }, data: { speaking: true } },
  ])
  transcriber.heard[0]?.partial('good')
  await speaks(microphone, silence(900))
  transcriber.ended()[0]?.answer('Good morning.', 0.8)
  await node.event(({ type }) => type === 'transcript.final')
  const [final] = await room.read(['transcript.final'], 0)
  expect(final).toMatchObject({
    actor: { id: 'ann', kind: 'person' },
    data: {
      ...{ text: 'Good morning.', source: 'speech', confidence: 0.8 },
      segment: expect.stringMatching(/^SG_[0-9a-z]{12}$/),
      ...{ start_ms: expect.closeTo(from, -2), end_ms: expect.closeTo(from + 500, -2) },
    },
  })
  expect(ann.ephemeral.map(({ type }) => type)).toEqual([
    ...['participant.speaking', 'transcript.partial', 'participant.speaking'],
  ])
  await microphone.end()
})

test('a room closes after the last words of those who speak, and of those who just ended', async () => {
  const { ann, ben, room } = await enterMeeting(node, 'last words')
  const [anns, bens] = [open(ann), open(ben)]
  await speaks(anns, tone(500))
  anns.end().catch(() => {})
  await speaks(bens, tone(500))
  const closed = room.close('closed')
  await clock.advance(100)
  bens.write(tone(500))
  const waiting = transcriber.ended()
  expect(waiting).toHaveLength(2)
  for (const [i, heard] of waiting.entries()) heard.answer(`words ${i}`)
  await closed
  const log = await told(room)
  expect(log.slice(0, 2)).toEqual([
    [expect.any(String), 'words 0'],
    [expect.any(String), 'words 1'],
  ])
  expect(log.at(-1)).toBe('room.closed')
  // and nothing is heard after that
  expect(transcriber.heard).toHaveLength(2)
})

test('words that do not come in time are a gap, and the room closes', async () => {
  const { ann, room } = await enterMeeting(node, 'too late')
  await speaks(open(ann), tone(500), silence(900))
  const closed = room.close('closed')
  await clock.advance(3_100)
  await closed
  const log = await told(room)
  expect(log[0]).toEqual([expect.any(String), 'not transcribed in time'])
  expect(log.at(-1)).toBe('room.closed')
})

test('a microphone goes on where its room is opened again', async () => {
  const { ann, room } = await enterMeeting(node, 'opened again')
  const microphone = open(ann)
  await room.close('closed')
  await speaks(microphone, tone(500), silence(900))
  expect(transcriber.heard).toEqual([])
  await ann.join()
  await speaks(microphone, tone(500), silence(900))
  expect(transcriber.ended()).toHaveLength(1)
  microphone.cut()
})

test('how late words are is told once for a room, by the latest', async () => {
  const { ann, ben, room } = await enterMeeting(node, 'late')
  const [anns, bens] = [open(ann), open(ben)]
  await speaks(anns, tone(500), silence(900))
  await speaks(bens, tone(500), silence(900))
  await clock.advance(5_000)
  const late = () =>
    ann.ephemeral.flatMap((event) =>
      event.type === 'transcription.delayed' ? [event.data.behind_ms] : [],
    )
  const before = late()
  expect(before.length).toBeGreaterThan(0)
  expect([...before].sort((a, b) => a - b)).toEqual(before)
  for (const heard of transcriber.ended()) heard.answer('words')
  await node.event(({ type, room: name }) => type === 'transcript.final' && name === room.name)
  await clock.advance(0)
  expect(late().at(-1)).toBe(0)
  await Promise.all([anns.end(), bens.end()])
})

test('speech that nobody heard is logged', async () => {
  const { room } = await enterMeeting(node, 'missed')
  const at = room.openedAt
  await room.missed({ from: at + 100, to: at + 900, reason: 'the hub was away' })
  await room.missed({ userId: 'ann', from: at + 900, to: at + 950, reason: 'her line was cut' })
  expect(await room.read(['transcript.gap'], 0)).toMatchObject([
    { actor: { kind: 'system' }, data: { from_ms: 100, to_ms: 900, reason: 'the hub was away' } },
    { actor: { id: 'ann', kind: 'person' }, data: { from_ms: 900, to_ms: 950 } },
  ])
})
