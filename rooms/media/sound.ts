import type { Sound } from '../speech/types.ts'

/** How long it sounds, ms. */
export function durationOf({ pcm, sampleRate }: Sound): number {
  return (pcm.length / sampleRate) * 1_000
}

/** The same sound in equal pieces of at most `mostMs`. */
export function* piecesOf(sound: Sound, mostMs: number): Generator<Sound> {
  const { pcm, sampleRate } = sound
  const pieces = Math.ceil(durationOf(sound) / mostMs)
  const size = Math.ceil(pcm.length / Math.max(1, pieces))
  for (let from = 0; from < pcm.length; from += size)
    yield { pcm: pcm.subarray(from, from + size), sampleRate }
}
