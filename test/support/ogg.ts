import OpusScript from 'opusscript'

const RATE = 16_000

/** A tone whose loudness says which it is. */
export function tone(ms: number, amplitude: number, rate = RATE): Int16Array {
  return Int16Array.from({ length: (rate * ms) / 1000 }, (_, i) =>
    Math.round(amplitude * Math.sin((2 * Math.PI * 440 * i) / rate)),
  )
}

/** The pages of a stream, read by hand: no code of the writer is used. */
export function demuxOgg(file: Uint8Array) {
  const bytes = Buffer.from(file)
  const pages = []
  for (let at = 0; at < bytes.length; ) {
    if (bytes.toString('latin1', at, at + 4) !== 'OggS') throw new Error('no page begins here')
    const table = bytes.subarray(at + 27, at + 27 + (bytes[at + 26] ?? 0))
    const packets: Buffer[] = []
    let from = at + 27 + table.length
    let length = 0
    for (const lace of table) {
      length += lace
      if (lace === 255) continue
      packets.push(bytes.subarray(from, from + length))
      from += length
      length = 0
    }
    if (length > 0) throw new Error('a packet goes on in another page')
    pages.push({
      ...{ type: bytes[at + 5], granule: Number(bytes.readBigInt64LE(at + 6)), packets },
      ...{ serial: bytes.readUInt32LE(at + 14), sequence: bytes.readUInt32LE(at + 18) },
    })
    at = from
  }
  return pages
}

/** The sound of an Ogg Opus file at 16 kHz. */
export function decodeOgg(file: Uint8Array): Int16Array {
  const opus = new OpusScript(RATE, 1, OpusScript.Application.VOIP)
  const [head, , ...pages] = demuxOgg(file)
  const skip = (head?.packets[0]?.readUInt16LE(10) ?? 0) / 3
  const parts = pages
    .flatMap(({ packets }) => packets)
    .map((packet) => {
      const pcm = opus.decode(packet)
      return new Int16Array(pcm.buffer.slice(pcm.byteOffset, pcm.byteOffset + pcm.byteLength))
    })
  opus.delete()
  const all = Int16Array.from(parts.flatMap((part) => [...part]))
  const total = ((pages.at(-1)?.granule ?? 0) - skip * 3) / 3
  return all.slice(skip, skip + total)
}

/** The root of the mean of the squares. */
export const loudness = (pcm: Int16Array, fromMs: number, toMs: number) => {
  const part = pcm.subarray((fromMs * RATE) / 1000, (toMs * RATE) / 1000)
  return Math.sqrt(part.reduce((sum, x) => sum + x * x, 0) / part.length)
}
