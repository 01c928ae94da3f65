import { SAMPLE_RATE } from '../../chunk.ts'

const HEADER_BYTES = 44
const BYTES = 2

/** PCM of one channel, 16,000 samples a second, as a WAV file. */
export function wavOf(pcm: Int16Array): Uint8Array<ArrayBuffer> {
  const file = new Uint8Array(HEADER_BYTES + pcm.length * BYTES)
  const view = new DataView(file.buffer)
  const text = (at: number, letters: string) => file.set(Buffer.from(letters), at)
  text(0, 'RIFF')
  view.setUint32(4, file.length - 8, true)
  text(8, 'WAVEfmt ')
  view.setUint32(16, 16, true)
  // PCM, of one channel
  view.setUint16(20, 1, true)
  view.setUint16(22, 1, true)
  view.setUint32(24, SAMPLE_RATE, true)
  view.setUint32(28, SAMPLE_RATE * BYTES, true)
  view.setUint16(32, BYTES, true)
  view.setUint16(34, BYTES * 8, true)
  text(36, 'data')
  view.setUint32(40, pcm.length * BYTES, true)
  for (const [i, sample] of pcm.entries()) view.setInt16(HEADER_BYTES + i * BYTES, sample, true)
  return file
}
