import type { Sound } from '../types.ts'

/** The sound of a WAV file: PCM16, one channel. Throws for anything else. */
export function readWav(file: Uint8Array): Sound {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const tag = (at: number) => String.fromCharCode(...file.subarray(at, at + 4))
  if (file.length < 12 || tag(0) !== 'RIFF' || tag(8) !== 'WAVE') throw new Error('no WAV file')
  let sampleRate: number | undefined
  for (let at = 12; at + 8 <= file.length; ) {
    const from = at + 8
    const size = Math.min(view.getUint32(at + 4, true), file.length - from)
    if (tag(at) === 'fmt ') {
      const isPlain = view.getUint16(from, true) === 1 && view.getUint16(from + 2, true) === 1
      if (!isPlain || view.getUint16(from + 14, true) !== 16)
        throw new Error('no PCM16 of one channel')
      sampleRate = view.getUint32(from + 4, true)
    }
    if (tag(at) === 'data') {
      if (sampleRate === undefined) break
      return { pcm: new Int16Array(file.slice(from, from + size - (size % 2)).buffer), sampleRate }
    }
    at = from + size + (size % 2)
  }
  throw new Error('a WAV file without sound')
}
