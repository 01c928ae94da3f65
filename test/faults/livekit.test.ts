import { type ParticipantInfo, RoomServiceClient } from 'livekit-server-sdk'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import type { WireEvent } from '#protocol'
import { type LiveKitServer, startLiveKit } from '../support/livekit.ts'
import { type LiveKitPersonProcess, startLiveKitPerson } from '../support/livekit-person.ts'
import { isEvent, type Person } from './person.ts'
import { type Scene, startScene } from './scene.ts'

const room = 'Review'
const ANN = `lk:${room}:ann`
const BURST = 50
const SLOW = { timeout: 60_000, interval: 200 }

let livekit: LiveKitServer
let service: RoomServiceClient
let scene: Scene
let olga: Person
let ann: LiveKitPersonProcess

beforeAll(async () => {
  livekit = await startLiveKit()
  const { url, apiKey, apiSecret, env } = livekit
  service = new RoomServiceClient(url, apiKey, apiSecret)
  scene = await startScene({
    room,
    postgres: inject('postgres'),
    env: { ...env, LIVEKIT_MAX_ROOMS: String(2 * BURST) },
  })
  ;[olga, ann] = await Promise.all([scene.enter('olga'), startLiveKitPerson()])
}, 600_000)
afterAll(async () => {
  await ann.stop()
  await scene.end()
  await livekit.stop()
})

const isAgent = ({ identity }: ParticipantInfo) => identity.startsWith('aura-')
const agentsIn = async (name: string) => (await service.listParticipants(name)).filter(isAgent)
const comings = () =>
  olga.events.filter((event) => isEvent(event, 'participant.joined') && event.actor.id === ANN)
const seqOf = (event: WireEvent) => ('seq' in event ? event.seq : 0)

/** Ann is heard in the room: by what she writes, again and again, since LiveKit drops data for who is not quite there yet. */
async function annWrites(text: string): Promise<void> {
  const arrived = (event: WireEvent) =>
    isEvent(event, 'chat.message') && event.actor.id === ANN && event.data.text.startsWith(text)
  for (let attempt = 1; !olga.events.some(arrived); attempt++) {
    expect(attempt).toBeLessThan(10)
    await ann.writes(`${text} ${attempt}`)
    await olga.until(arrived, `"${text}" of Ann`, 5_000).catch(() => {})
  }
}

test('LiveKit is killed and starts again: its rooms are the same rooms of the hub', async () => {
  await ann.joins(livekit.url, await livekit.token(room, 'ann'))
  await olga.until(() => comings().length === 1, 'Ann', 30_000)
  await annWrites('before')
  const from = ann.heard.length
  await livekit.down()
  await livekit.up()
  // rtc-node comes back by itself, with a room that LiveKit makes anew
  await ann.until(({ what }) => what === 'reconnected', 'her return', { from, withinMs: 60_000 })
  await expect.poll(async () => (await agentsIn(room)).length, SLOW).toBe(1)
  await annWrites('after')
  await scene.verify()
}, 180_000)

test('somebody whose network is cut leaves, and comes back', async () => {
  const before = comings().length
  const { seq } = olga
  process.kill(ann.pid, 'SIGSTOP')
  const gone = await olga.until(
    (event) => isEvent(event, 'participant.left') && event.actor.id === ANN && event.seq > seq,
    'that Ann has gone',
    120_000,
  )
  process.kill(ann.pid, 'SIGCONT')
  await olga.until(
    (event) => comings().length === before + 1 && seqOf(event) > seqOf(gone),
    'Ann, again',
    60_000,
  )
  await annWrites('back')
  await scene.verify()
}, 240_000)

test(`${BURST} rooms that open at once are all joined, each once`, async () => {
  const names = Array.from({ length: BURST }, (_, n) => `burst ${n}`)
  await Promise.all(names.map((name) => service.createRoom({ name, emptyTimeout: 600 })))
  const counts = async () => {
    const all = await Promise.all(names.map((name) => agentsIn(name)))
    return all.map((agents) => agents.length)
  }
  await expect.poll(counts, { timeout: 120_000, interval: 500 }).toEqual(names.map(() => 1))
  const faults = scene.hub.log.filter(({ level }) => Number(level) >= 50)
  expect(faults).toEqual([])
  await Promise.all(names.map((name) => service.deleteRoom(name)))
}, 240_000)
