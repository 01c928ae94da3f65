import type { AudioFrame, AudioResampler } from '@livekit/rtc-node'
import type { Sound } from '#rooms'
import type { Rtc } from './rtc.ts'

/** Sound of any rate at one rate. */
export function createResampling(rtc: Rtc, rate: number) {
  let resampler: AudioResampler | undefined

  function close(): void {
    resampler?.close()
    resampler = undefined
  }

  return {
    push({ pcm, sampleRate }: Sound): Int16Array {
      if (sampleRate === rate) return pcm
      if (resampler?.inputRate !== sampleRate) {
        close()
        resampler = new rtc.AudioResampler(sampleRate, rate, 1)
      }
      return joined(resampler.push(new rtc.AudioFrame(pcm.slice(), sampleRate, 1, pcm.length)))
    },
    /** What is still in the filter. */
    flush: (): Int16Array => joined(resampler?.flush() ?? []),
    close,
  }
}

function joined(frames: AudioFrame[]): Int16Array {
  const whole = new Int16Array(frames.reduce((length, { data }) => length + data.length, 0))
  let at = 0
  for (const { data } of frames) {
    whole.set(data, at)
    at += data.length
  }
  return whole
}
