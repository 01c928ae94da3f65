/** Samples a second of all sound after the resampler: what VAD and transcribers are made for. */
export const SAMPLE_RATE = 16_000
/** What is judged at once: Silero knows no other size at this rate. */
export const CHUNK = 512
export const CHUNK_MS = (CHUNK / SAMPLE_RATE) * 1000

/** A piece of a microphone's sound. */
export interface Chunk {
  /** `CHUNK` samples. */
  pcm: Int16Array
  /** When it begins, epoch ms. */
  at: number
}

/** Pieces of sound as one. */
export function joined(pieces: readonly Int16Array[]): Int16Array<ArrayBuffer> {
  const whole = new Int16Array(pieces.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}

export function msOf(samples: number): number {
  return (samples / SAMPLE_RATE) * 1000
}
