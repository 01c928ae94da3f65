import type { Transcriber, Transcript } from '#rooms'
import type { VoiceDetector } from '#rooms/speech'
import { joined } from '../../rooms/speech/chunk.ts'

/** Judges by loudness, at once: for tests that make their own sound. */
export function createLoudnessDetector(): VoiceDetector {
  return {
    open: () => ({
      hear: (pcm) => (pcm.some((sample) => Math.abs(sample) > 1_000) ? 1 : 0),
      reset() {},
    }),
    stop: async () => {},
  }
}

/** Sound at 16 kHz, loud enough to count as voice unless it is told otherwise. */
export function tone(ms: number, level = 8_000): Int16Array {
  return Int16Array.from({ length: ms * 16 }, (_, i) => Math.round(level * Math.sin(i / 5)))
}

export const silence = (ms: number): Int16Array => new Int16Array(ms * 16)

/** An utterance as the transcriber has it. */
export interface Heard {
  /** Of the sound that was written, ms. */
  readonly ms: number
  readonly sound: Int16Array
  /** Whether it was over, or is not wanted any more. */
  state: 'begun' | 'ended' | 'cancelled' | 'answered'
  partial(text: string): void
  answer(text: unknown, confidence?: number): void
  fail(error?: Error): void
}

/**
 * A transcriber that answers when a test says so, or by itself with what `reply` makes of an utterance. `ready` lets it
 * become ready, where it is not from the start.
 */
export function createFakeTranscriber(
  options: {
    parallel?: number
    reply?: (heard: Heard) => string | Error | undefined
    warm?: () => Promise<void>
  } = {},
) {
  const { reply } = options
  const heard: Heard[] = []
  const transcriber: Transcriber & { heard: Heard[]; ended(): Heard[]; stopped: boolean } = {
    name: 'fake',
    ...(options.parallel === undefined ? {} : { parallel: options.parallel }),
    heard,
    stopped: false,
    /** Those that wait for an answer. */
    ended: () => heard.filter(({ state }) => state === 'ended'),
    warm: options.warm ?? (async () => {}),
    begin({ onPartial }) {
      let resolve: (transcript: Transcript) => void = () => {}
      let reject: (error: Error) => void = () => {}
      const answered = new Promise<Transcript>((yes, no) => {
        resolve = yes
        reject = no
      })
      // a refusal that comes after nobody waits any more
      answered.catch(() => {})
      const pieces: Int16Array[] = []
      const one: Heard = {
        get sound() {
          return joined(pieces)
        },
        get ms() {
          return one.sound.length / 16
        },
        state: 'begun',
        partial: onPartial,
        answer(text, confidence) {
          one.state = 'answered'
          resolve({ text, ...(confidence === undefined ? {} : { confidence }) } as Transcript)
        },
        fail(error = new Error('no')) {
          one.state = 'answered'
          reject(error)
        },
      }
      heard.push(one)
      return {
        write: (pcm) => pieces.push(pcm),
        end() {
          one.state = 'ended'
          const text = reply?.(one)
          if (text instanceof Error) one.fail(text)
          else if (text !== undefined) one.answer(text)
          return answered
        },
        cancel() {
          if (one.state !== 'answered') one.state = 'cancelled'
        },
      }
    },
    async stop() {
      transcriber.stopped = true
    },
  }
  return transcriber
}
