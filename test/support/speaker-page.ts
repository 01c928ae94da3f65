/** What runs in a speaker's page: livekit-client and WebAudio, nothing of the hub. */
import { Room, RoomEvent, Track } from 'livekit-client'
import type { Received } from './speakers.ts'

const audio = new AudioContext()
const voice = audio.createMediaStreamDestination()
const others = audio.createAnalyser()
const room = new Room()
const received: Received[] = []
let reason: string | undefined
let loudest = 0
let connectedAt = 0
let endedAt = 0

for (const topic of ['lk.transcription', 'lk.chat'])
  room.registerTextStreamHandler(topic, async (reader, { identity: sender }) => {
    const one: Received = {
      ...{ topic, sender, text: '', at: Date.now() },
      attributes: reader.info.attributes ?? {},
    }
    received.push(one)
    for await (const chunk of reader) one.text += chunk
  })

room.on(RoomEvent.Disconnected, (why) => {
  reason = String(why)
  endedAt = performance.now()
})
room.on(RoomEvent.TrackSubscribed, (track) => {
  if (track.kind !== Track.Kind.Audio) return
  // Chromium decodes sound of others only where an element plays it
  track.attach().muted = true
  audio.createMediaStreamSource(new MediaStream([track.mediaStreamTrack])).connect(others)
})

const samples = new Float32Array(others.fftSize)
setInterval(() => {
  others.getFloatTimeDomainData(samples)
  const power = samples.reduce((sum, x) => sum + x * x, 0) / samples.length
  loudest = Math.max(loudest, Math.sqrt(power))
}, 20)

async function publish(): Promise<void> {
  const [track] = voice.stream.getAudioTracks()
  if (!track) throw new Error('no track')
  await room.localParticipant.publishTrack(track.clone(), { source: Track.Source.Microphone })
}

const speaker = {
  async join(url: string, token: string) {
    await audio.resume()
    await room.connect(url, token)
    connectedAt = performance.now()
    // who is muted may not
    await publish().catch(() => undefined)
  },
  publish,
  publishes: () => [...room.localParticipant.audioTrackPublications.values()].length > 0,
  async say(base64: string) {
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))
    const source = audio.createBufferSource()
    source.buffer = await audio.decodeAudioData(bytes.buffer)
    source.connect(voice)
    const ended = new Promise((resolve) => source.addEventListener('ended', resolve))
    source.start()
    await ended
  },
  chat: async (text: string) => {
    await room.localParticipant.sendText(text, { topic: 'lk.chat' })
  },
  received: () => received,
  loudest() {
    const was = loudest
    loudest = 0
    return was
  },
  others: () =>
    Object.fromEntries(
      [...room.remoteParticipants.values()].map((one) => [one.identity, one.attributes]),
    ),
  stayed: () => endedAt - connectedAt,
  disconnected: () => reason,
}
export type SpeakerPage = typeof speaker

Object.assign(globalThis, { speaker })
