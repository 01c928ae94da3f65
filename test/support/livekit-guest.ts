import type { AudioSource, LocalAudioTrack, RemoteParticipant } from '@livekit/rtc-node'
import { AccessToken } from 'livekit-server-sdk'
import { type Sound, systemClock } from '#rooms'
import { disconnect, loadRtc, makeRoom } from '../../rooms/media/livekit/rtc.ts'
import type { LiveKitServer } from './livekit.ts'
import { quiet } from './postgres.ts'

const RATE = 48_000
const TOPICS = ['lk.transcription', 'lk.chat', 'aura.summary']

/** A text as somebody got it. */
export interface ReadText {
  topic: string
  identity: string
  text: string
  attributes: Record<string, string>
}

export interface GuestOptions {
  name?: string
  attributes?: Record<string, string>
  kind?: 'agent'
}

/** Participants of LiveKit rooms by rtc-node, in this process: they hum, listen, read and write. */
export async function createGuests(livekit: LiveKitServer) {
  const rtc = await loadRtc()
  const guests = new Set<{ leaves(): Promise<void> }>()

  return {
    join,
    leave: () => Promise.all([...guests].map((guest) => guest.leaves())),
  }

  async function join(room: string, identity: string, options: GuestOptions = {}) {
    const connected = makeRoom(rtc, quiet)
    const texts: ReadText[] = []
    const readers = new Set<() => void>()
    for (const topic of TOPICS)
      connected.registerTextStreamHandler(topic, async (reader, from) => {
        const text = await reader.readAll().catch(() => undefined)
        if (text === undefined) return
        const { attributes = {} } = reader.info
        texts.push({ topic, identity: from.identity, text, attributes })
        for (const look of [...readers]) look()
      })
    const heard = { loudest: 0, silentSince: 0 }
    connected.on('trackSubscribed', (track) => {
      // it may be over already
      listen(track).catch(() => undefined)
    })
    await connected.connect(livekit.url, await token(), { autoSubscribe: true, dynacast: false })
    let source: AudioSource | undefined
    let track: LocalAudioTrack | undefined
    let humming = false
    const local = () => {
      if (!connected.localParticipant) throw new Error('is not in the room')
      return connected.localParticipant
    }

    const guest = {
      texts,
      remote: (other: string): RemoteParticipant | undefined =>
        connected.remoteParticipants.get(other),
      renames: (name: string) => local().updateName(name),
      sets: (attributes: Record<string, string>) => local().setAttributes(attributes),
      writes: (text: string) => local().sendText(text, { topic: 'lk.chat' }),
      /** Begins to write, and never ends. */
      async mumbles() {
        const writer = await local().streamText({ topic: 'lk.chat' })
        await writer.write('and ')
      },

      async publishes(rate = RATE): Promise<string> {
        source = new rtc.AudioSource(rate, 1, 200)
        track = rtc.LocalAudioTrack.createAudioTrack('voice', source)
        const options = new rtc.TrackPublishOptions({ source: rtc.TrackSource.SOURCE_MICROPHONE })
        return (await local().publishTrack(track, options)).sid ?? ''
      },

      /** Says it to the end, at the rate of what is published. */
      async says({ pcm, sampleRate }: Sound) {
        const frame = sampleRate / 50
        for (let at = 0; at < pcm.length; at += frame) {
          const samples = pcm.slice(at, at + frame)
          await source?.captureFrame(new rtc.AudioFrame(samples, sampleRate, 1, samples.length))
        }
        await source?.waitForPlayout()
      },

      /** Makes a sound until the end. */
      hums() {
        humming = true
        void (async () => {
          for (let at = 0; humming && source; at += RATE / 50) {
            const pcm = Int16Array.from({ length: RATE / 50 }, (_, sample) =>
              Math.round(9_000 * Math.sin((2 * Math.PI * 330 * (at + sample)) / RATE)),
            )
            await source.captureFrame(new rtc.AudioFrame(pcm, RATE, 1, pcm.length))
          }
        })().catch(() => {
          // gone in the middle of it
        })
      },

      /** What comes by sound from others. */
      listens: () => ({
        loudest: () => heard.loudest,
        silentMs: () => (heard.silentSince === 0 ? 0 : performance.now() - heard.silentSince),
        forget: () => {
          heard.loudest = 0
        },
      }),

      /** The first text that fits, of those that came or will come. */
      reads: (topic: string, fits: (text: ReadText) => boolean): Promise<ReadText> =>
        new Promise((resolve) => {
          const look = () => {
            const found = texts.find((one) => one.topic === topic && fits(one))
            if (!found) return
            readers.delete(look)
            resolve(found)
          }
          readers.add(look)
          look()
        }),

      async leaves() {
        humming = false
        guests.delete(guest)
        await disconnect(connected, systemClock)
        await track?.close()
      },
    }
    guests.add(guest)
    return guest

    async function listen(remote: ConstructorParameters<typeof rtc.AudioStream>[0]): Promise<void> {
      for await (const { data } of new rtc.AudioStream(remote, 16_000, 1)) {
        const loudest = Math.max(...data.map(Math.abs))
        heard.loudest = Math.max(heard.loudest, loudest)
        if (loudest > 200) heard.silentSince = 0
        else if (heard.silentSince === 0) heard.silentSince = performance.now()
      }
    }

    function token(): Promise<string> {
      const { name, attributes, kind } = options
      const made = new AccessToken(livekit.apiKey, livekit.apiSecret, {
        ...{ identity, ttl: '1h' },
        ...(name === undefined ? {} : { name }),
        ...(attributes ? { attributes } : {}),
      })
      if (kind) made.kind = kind
      made.addGrant({
        ...{ roomJoin: true, room, canPublish: true, canSubscribe: true },
        ...{ canPublishData: true, canUpdateOwnMetadata: true },
      })
      return made.toJwt()
    }
  }
}
