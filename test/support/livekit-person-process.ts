/**
 * One participant of a LiveKit room, as a process of its own: `livekit-person.ts` starts it and says what it does. So a test can
 * stop it in its tracks, as a network does.
 */
import {
  AudioFrame,
  AudioSource,
  dispose,
  LocalAudioTrack,
  Room,
  TrackPublishOptions,
  TrackSource,
} from '@livekit/rtc-node'
import type { Heard, Order } from './livekit-person.ts'

const sources = {
  microphone: TrackSource.SOURCE_MICROPHONE,
  camera: TrackSource.SOURCE_CAMERA,
  screen_share_audio: TrackSource.SOURCE_SCREENSHARE_AUDIO,
}

const tell = (heard: Omit<Heard, 'at'>) =>
  process.send?.({ ...heard, at: performance.timeOrigin + performance.now() })
// rtc-node rejects unseen when somebody goes while they are being told of
process.on('unhandledRejection', () => {})

let room = new Room()
let speaker: AudioSource | undefined

process.on('message', (order: Order) => {
  obey(order).then(
    (result) => tell({ what: 'done', id: order.id, ...(result ? { sid: result } : {}) }),
    (error: unknown) => tell({ what: 'failed', id: order.id, text: String(error) }),
  )
})
process.on('disconnect', () => process.exit(0))

async function obey(order: Order): Promise<string | undefined> {
  switch (order.does) {
    case 'join':
      room = new Room()
      watch(room)
      await room.connect(order.url, order.token, { autoSubscribe: true, dynacast: false })
      return undefined
    case 'publish': {
      speaker = new AudioSource(order.sampleRate, 1, 1_000)
      const track = LocalAudioTrack.createAudioTrack('voice', speaker)
      const options = new TrackPublishOptions({ source: sources[order.source] })
      return (await room.localParticipant?.publishTrack(track, options))?.sid
    }
    case 'play': {
      const { pcm } = order
      if (!speaker) throw new Error('publish first')
      const { sampleRate } = speaker
      const step = sampleRate / 50
      for (let at = 0; at < pcm.length; at += step) {
        const samples = pcm.slice(at, at + step)
        await speaker.captureFrame(new AudioFrame(samples, sampleRate, 1, samples.length))
      }
      await speaker.waitForPlayout()
      return undefined
    }
    case 'write':
      await room.localParticipant?.sendText(order.text, { topic: order.topic })
      return undefined
    case 'leave':
      await room.disconnect()
      return undefined
    case 'end':
      await room.disconnect()
      await dispose()
      process.disconnect()
      return undefined
  }
}

function watch(of: Room) {
  of.on('disconnected', (reason) => tell({ what: 'out', reason }))
  of.on('reconnecting', () => tell({ what: 'reconnecting' }))
  of.on('reconnected', () => tell({ what: 'reconnected' }))
  of.on('participantConnected', ({ identity }) => tell({ what: 'came', identity }))
  of.on('participantDisconnected', ({ identity }) => tell({ what: 'went', identity }))
  of.on('trackSubscribed', (_, { sid = '' }, { identity }) =>
    tell({ what: 'hears', identity, sid }),
  )
  of.on('trackUnpublished', ({ sid = '' }, { identity }) =>
    tell({ what: 'hears no more', identity, sid }),
  )
  of.on('localTrackUnpublished', ({ sid = '' }) => tell({ what: 'unpublished', sid }))
  of.on('participantAttributesChanged', (_, { identity, attributes }) =>
    tell({ what: 'attributes', identity, attributes }),
  )
  for (const topic of ['lk.chat', 'lk.transcription'])
    of.registerTextStreamHandler(topic, (reader, { identity }) => {
      reader
        .readAll()
        .then((text) =>
          tell({ what: 'reads', topic, text, identity, attributes: reader.info.attributes ?? {} }),
        )
        // the sender went in the middle of it
        .catch(() => {})
    })
}
