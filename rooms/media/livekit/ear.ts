import type { RemoteTrack } from '@livekit/rtc-node'
import type { Logger } from 'pino'
import type { Microphone } from '#rooms'
import type { Rtc } from './rtc.ts'

/** What the speech part works with; LiveKit resamples. */
export const SAMPLE_RATE = 16_000
/** How much sound comes at once, ms: each piece is an event of the native part. */
const FRAME_MS = 20

export interface Ear {
  /** What was heard is still transcribed. */
  close(): void
}

/** Hears one track of a person, until it is closed or the track is over. */
export function openEar(rtc: Rtc, track: RemoteTrack, microphone: Microphone, log: Logger): Ear {
  const stream = new rtc.AudioStream(track, {
    sampleRate: SAMPLE_RATE,
    numChannels: 1,
    frameSizeMs: FRAME_MS,
  })
  const reader = stream.getReader()
  let closed = false

  async function listen(): Promise<void> {
    for (;;) {
      const { done, value } = await reader.read()
      if (done || closed) return
      microphone.write(value.data)
    }
  }

  function close(): void {
    if (closed) return
    closed = true
    // the native stream goes on until it is cancelled, also of a track that is gone
    reader.cancel().catch(() => undefined)
    microphone.end().catch((err) => log.warn({ err }, 'the end of what was said was not heard'))
  }

  listen()
    .catch((err) => log.warn({ err }, 'a track of LiveKit could not be heard any more'))
    .finally(close)
  return { close }
}
