/**
 * Hears people: voice activity, endpointing and transcription, each microphone by itself. Knows sound, and nothing of
 * rooms or people. `detector/` judges what is voice; `transcribers/` and `synthesizers/` are adapters, one for each
 * vendor. May import #protocol and #rooms/weights.
 */
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { openSilero } from './detector/silero.ts'
import type { VoiceDetector } from './detector/types.ts'
import { createMicrophone } from './microphone.ts'
import { SPEECH_DEFAULTS, type SpeechOptions } from './options.ts'
import { createQueue } from './queue.ts'
import type { SpeechObservation } from './segments.ts'
import type { Microphone, Speech, Transcriber } from './types.ts'

export type { VoiceDetector } from './detector/types.ts'
export type { SpeechOptions } from './options.ts'
export type { SpeechObservation } from './segments.ts'

export interface SpeechDeps {
  transcriber: Transcriber
  clock: Clock
  log: Logger
  nextId: () => string
  /** Told of each stretch of speech when its words are known, or known not to come. */
  observe?: (what: SpeechObservation) => void
  /** Default: Silero, in this process. */
  detector?: VoiceDetector
}

/** Starts to hear; the transcriber is warmed when the first microphone opens, and stopped with it. */
export async function createSpeech(
  deps: SpeechDeps,
  options: Partial<SpeechOptions> = {},
): Promise<Speech> {
  const { transcriber, clock, log, nextId, observe = () => {} } = deps
  const chosen = { ...SPEECH_DEFAULTS, ...options }
  const detector = deps.detector ?? (await openSilero())
  const queue = createQueue({ transcriber, clock, log }, chosen)
  const open = new Set<Microphone>()
  let failures = 0

  /** Once: sound comes 30 times a second. */
  function failed(err: unknown): void {
    failures += 1
    if (failures === 1) log.error({ err }, 'voice detection failed; all sound counts as voice')
  }

  return {
    listen({ sampleRate }, told) {
      queue.warm()
      const microphone = createMicrophone(
        { ear: detector.open(), line: queue.open(), clock, nextId, observe, failed, told },
        sampleRate,
        chosen,
      )
      open.add(microphone)
      return {
        ...microphone,
        async end(withinMs) {
          await microphone.end(withinMs)
          open.delete(microphone)
        },
      }
    },
    backlogMs: queue.backlogMs,
    async stop() {
      await Promise.all([...open].map((microphone) => microphone.end(chosen.drainMs)))
      await transcriber.stop()
      await detector.stop()
    },
  }
}
