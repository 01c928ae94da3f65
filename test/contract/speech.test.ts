import { rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RoomEventOf, WireEvent } from '#protocol'
import { connectHub } from '#protocol/client'
import { readWav } from '../../rooms/speech/synthesizers/wav.ts'
import { dataDirWithSpeech } from '../support/speech-models.ts'
import { spoken } from '../support/spoken.ts'
import { good, useHub } from './support.ts'

let dataDir: string
beforeAll(async () => {
  dataDir = await dataDirWithSpeech()
}, 300_000)
const setting = useHub(() => ({ dataDir }))
afterAll(() => rm(dataDir, { recursive: true, force: true }))

/** Says it as fast as people do, in pieces of 20 ms, and is silent for a moment after it. */
async function say(write: (pcm: Int16Array) => void, wav: Uint8Array) {
  const { pcm, sampleRate } = readWav(wav)
  const all = new Int16Array(pcm.length + sampleRate * 1.5)
  all.set(pcm)
  const piece = sampleRate / 50
  const began = performance.now()
  for (let at = 0; at < all.length; at += piece) {
    write(all.slice(at, at + piece))
    const ahead = (at / sampleRate) * 1000 - (performance.now() - began)
    if (ahead > 0) await sleep(ahead)
  }
}

test('two who speak at once by their sockets are understood, each under their name, with the times', async () => {
  const { hub, connect } = setting
  const room = 'spoken'
  const client = connectHub({ url: hub.url, token: await hub.token('ana', { name: 'Ana' }) })
  const live = await client.join(room)
  const ben = await connect('ben', { name: 'Ben', rooms: { [room]: ['join'] } })
  good(await ben.emit('room.join', { room }))

  const hers = await spoken('We decided to open the bridge on Tuesday morning.')
  const his = await spoken('The hospital needs twenty new nurses before the winter.', 'kal')
  const microphone = await live.openMicrophone({ sampleRate: readWav(hers).sampleRate })
  good(await ben.emit('audio.start', { room, sample_rate: readWav(his).sampleRate }))
  await Promise.all([
    say(microphone.write, hers),
    say((pcm) => ben.sendBytes(new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength)), his),
  ])
  await microphone.close()
  good(await ben.emit('audio.stop', { room }))

  const isFinal = (event: WireEvent): event is RoomEventOf<'transcript.final'> =>
    event.type === 'transcript.final' && 'seq' in event
  const finals = () => ben.events.filter(isFinal)
  const said = (who: string) =>
    finals()
      .filter(({ actor }) => actor.id === who)
      .map(({ data }) => data.text)
      .join(' ')
  // the model is loaded by the first of them
  await ben.until(() => /bridge/i.test(said('ana')) && /nurses/i.test(said('ben')), 60_000)
  expect(said('ana')).toMatch(/open the bridge on tuesday/i)
  expect(said('ana')).not.toMatch(/hospital|nurses/i)
  expect(said('ben')).toMatch(/hospital needs (20|twenty) new nurses/i)
  expect(said('ben')).not.toMatch(/bridge/i)
  for (const { actor, data } of finals()) {
    expect(actor.name).toBe(actor.id === 'ana' ? 'Ana' : 'Ben')
    expect(data.source).toBe('speech')
    expect((data.end_ms ?? 0) - (data.start_ms ?? 0)).toBeGreaterThan(500)
    expect((data.end_ms ?? 0) - (data.start_ms ?? 0)).toBeLessThan(15_000)
  }
  const span = (who: string) => {
    const times = finals().filter(({ actor }) => actor.id === who)
    return [
      Math.min(...times.map(({ data }) => data.start_ms ?? 0)),
      Math.max(...times.map(({ data }) => data.end_ms ?? 0)),
    ] as const
  }
  const [[herStart, herEnd], [hisStart, hisEnd]] = [span('ana'), span('ben')]
  expect(Math.max(herStart, hisStart)).toBeLessThan(Math.min(herEnd, hisEnd))
  const spoke = ben.events.filter(({ type }) => type === 'participant.speaking')
  expect(new Set(spoke.map((event) => 'actor' in event && event.actor.id))).toEqual(
    new Set(['ana', 'ben']),
  )
  client.close()
}, 180_000)
