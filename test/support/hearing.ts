import type { HeardSegment } from '#rooms'
import { createSpeech, type SpeechObservation, type SpeechOptions } from '#rooms/speech'
import { createFakeTranscriber, createLoudnessDetector } from '../fakes/hearing.ts'
import { createFakeClock } from './clock.ts'
import { quiet } from './postgres.ts'

/** What a microphone's listener was told. */
export type Told =
  | { speaking: boolean }
  | { partial: string; segment: string }
  | { final: string; segment: string; from: number; to: number; confidence?: number }
  | { gap: string; from: number; to: number }
  | { delayed: number }

/** Microphones whose sound comes in frames of 20 ms as time passes. */
export async function startHearing(
  transcriber = createFakeTranscriber({ reply: ({ ms }) => `words of ${ms} ms` }),
  options: Partial<SpeechOptions> = {},
) {
  const clock = createFakeClock(0)
  const observed: SpeechObservation[] = []
  let ids = 0
  const speech = await createSpeech(
    {
      transcriber,
      clock,
      log: quiet,
      nextId: () => `id-${++ids}`,
      observe: (what) => observed.push(what),
      detector: createLoudnessDetector(),
    },
    options,
  )
  return {
    clock,
    transcriber,
    speech,
    observed,
    listen(sampleRate = 16_000) {
      const told: Told[] = []
      const microphone = speech.listen(
        { sampleRate },
        {
          speaking: (on) => told.push({ speaking: on }),
          partial: (segment, partial) => told.push({ segment, partial }),
          final: ({ text: final, ...rest }: HeardSegment) => told.push({ final, ...rest }),
          gap: ({ reason: gap, ...rest }) => told.push({ gap, ...rest }),
          delayed: (delayed) => told.push({ delayed }),
        },
      )
      return {
        ...microphone,
        told,
        words: () => told.flatMap((one) => ('final' in one ? [one.final] : [])),
        outcomes: () =>
          told.flatMap((one) => ('final' in one ? [one.final] : 'gap' in one ? [one.gap] : [])),
        async says(...sounds: Int16Array[]) {
          for (const sound of sounds)
            for (let i = 0; i < sound.length; i += 320) {
              await clock.advance(20)
              microphone.write(sound.subarray(i, i + 320))
            }
          await clock.advance(0)
        },
      }
    },
  }
}
