import { CHUNK, type Chunk, joined, msOf, SAMPLE_RATE } from './chunk.ts'

/** Frames that come later than this are late for a reason: the microphone was silent meanwhile. */
const PAUSE_MS = 200

/**
 * Puts a microphone's sound on the clock. Frames come as they like: in bursts, or not at all while a track is muted
 * or its codec says nothing of silence. Sound that follows sound keeps its own time; after a pause time is that of
 * the arrival.
 */
export function createTimeline({ fillMs }: { fillMs: number }) {
  let rest = new Int16Array(0)
  /** When the next sample is due, epoch ms. */
  let next: number | undefined
  /** Whether the next frame may come at any time. */
  let paused = false

  function take(pcm: Int16Array): Chunk[] {
    const sound = joined([rest, pcm])
    const begin = (next ?? 0) - msOf(rest.length)
    const whole = sound.length - (sound.length % CHUNK)
    const chunks: Chunk[] = []
    for (let i = 0; i < whole; i += CHUNK)
      chunks.push({ pcm: sound.slice(i, i + CHUNK), at: begin + msOf(i) })
    rest = sound.slice(whole)
    next = (next ?? 0) + msOf(pcm.length)
    return chunks
  }

  const silence = (ms: number) => take(new Int16Array(Math.round((ms / 1000) * SAMPLE_RATE)))

  return {
    /** Sound that arrived now. */
    write(pcm: Int16Array, now: number): Chunk[] {
      const begin = now - msOf(pcm.length)
      if (next === undefined || (paused && next < begin)) next = begin
      paused = false
      const late = begin - next
      if (late <= PAUSE_MS) return take(pcm)
      const chunks = silence(Math.min(late, fillMs))
      if (late > fillMs) {
        chunks.push(...flush())
        next = begin
      }
      return [...chunks, ...take(pcm)]
    },
    /** Nothing came until now, which is silence as well. */
    pause(now: number): Chunk[] {
      const chunks = silence(Math.max(0, Math.min(now - (next ?? now), fillMs)))
      rest = new Int16Array(0)
      paused = true
      return chunks
    },
    flush,
    reset() {
      rest = new Int16Array(0)
      next = undefined
    },
  }

  /** What does not fill a chunk, filled with silence. */
  function flush(): Chunk[] {
    return rest.length === 0 ? [] : take(new Int16Array(CHUNK - rest.length))
  }
}
