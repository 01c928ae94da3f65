import { RoomServiceClient } from 'livekit-server-sdk'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import type { WireEvent } from '#protocol'
import { readWav } from '../../rooms/speech/synthesizers/wav.ts'
import { type LiveKitServer, startLiveKit } from '../support/livekit.ts'
import { type LiveKitPersonProcess, startLiveKitPerson } from '../support/livekit-person.ts'
import { dataDirWithSpeech } from '../support/speech-models.ts'
import { spoken } from '../support/spoken.ts'
import { isEvent } from './person.ts'
import { startScene } from './scene.ts'

const room = 'Stand-up'
const ANN = `lk:${room}:ann`
const BEN = `lk:${room}:ben`
/** From ready to back in the room. */
const BACK_MS = 5_000

let livekit: LiveKitServer
let dataDir: string
let ann: LiveKitPersonProcess
let ben: LiveKitPersonProcess

beforeAll(async () => {
  ;[livekit, dataDir, ann, ben] = await Promise.all([
    startLiveKit(),
    dataDirWithSpeech(),
    startLiveKitPerson(),
    startLiveKitPerson(),
  ])
}, 600_000)
afterAll(async () => {
  await Promise.all([ann.stop(), ben.stop()])
  await livekit.stop()
})

const joined = (who: string) => (event: WireEvent) =>
  isEvent(event, 'participant.joined') && event.actor.id === who
const said = (who: string, after: number) => (event: WireEvent) =>
  isEvent(event, 'transcript.final') && event.actor.id === who && event.seq > after

test('the hub is killed while somebody speaks and somebody is muted', {
  timeout: 180_000,
}, async () => {
  const { url, apiKey, apiSecret, env } = livekit
  const service = new RoomServiceClient(url, apiKey, apiSecret)
  const scene = await startScene({ room, postgres: inject('postgres'), env, dataDir })
  const olga = await scene.enter('olga')
  const watcher = await scene.enter('wei', 'watch')
  await ann.joins(url, await livekit.token(room, 'ann'))
  await ben.joins(url, await livekit.token(room, 'ben'))
  await olga.until(joined(ANN), 'Ann by LiveKit', 30_000)
  await olga.until(joined(BEN), 'Ben by LiveKit', 30_000)

  const { pcm, sampleRate } = readWav(
    await spoken('The budget for the party is nine hundred dollars.'),
  )
  const pause = new Int16Array(1.2 * sampleRate)
  await ann.publishes('microphone', sampleRate)
  let speaking = true
  const speech = (async () => {
    // with a pause, after which there are words
    while (speaking) await ann.plays(Int16Array.of(...pcm, ...pause))
  })()
  const first = await olga.until(said(ANN, 0), 'what Ann says', 60_000)
  expect(first).toMatchObject({
    data: { source: 'speech', text: expect.stringMatching(/budget/i) },
  })
  await olga.does('moderation.act', { room, target: BEN, action: 'mute', reason: 'noise' })
  const silenced = { canPublishData: false }
  const permission = async () => (await service.getParticipant(room, 'ben')).permission
  await expect.poll(permission, { timeout: 15_000 }).toMatchObject(silenced)

  const { seq } = watcher
  const restarting = scene.restart('SIGKILL')
  // by a reload he is free of what the dead hub did
  await ben.leaves()
  await ben.joins(url, await livekit.token(room, 'ben'))
  expect(await permission()).toMatchObject({ canPublishData: true })
  await restarting
  const readyAt = Date.now()
  const gap = await olga.until(
    (event) => isEvent(event, 'transcript.gap') && event.seq > seq,
    'that nobody was heard',
    30_000,
  )
  const backMs = gap.at - readyAt
  await expect.poll(permission, { timeout: 15_000 }).toMatchObject(silenced)
  const after = 'seq' in gap ? gap.seq : 0
  await olga.until(said(ANN, after), 'what Ann says now', 60_000)
  speaking = false
  await speech
  const agents = (await service.listParticipants(room)).filter(({ identity }) =>
    identity.startsWith('aura-'),
  )
  expect(agents).toHaveLength(1)

  await olga.does('moderation.act', { room, target: BEN, action: 'restore', reason: '' })
  await expect.poll(permission, { timeout: 15_000 }).toMatchObject({ canPublishData: true })
  const log = await scene.verify()
  expect(new Set(log.map(({ epoch }) => epoch)).size).toBe(1)
  console.log(`in the room ${Math.round(backMs)} ms after the hub was ready`)
  expect(backMs).toBeLessThan(BACK_MS)
  await scene.end()
})
