/**
 * Ogg pages of one Opus stream (RFC 3533, RFC 7845): what players need around the packets. An own module, since
 * libraries for it bring a whole decoder, and every page must be whole on the disk by itself.
 */
export interface OggOpusWriter {
  /** The two pages that begin the stream. */
  head(): Uint8Array
  /** Takes a packet; returns a page once a second of sound is together. */
  packet(packet: Uint8Array, samples: number): Uint8Array | undefined
  /** What is left, marked as the end. `samples`: how many there really are, without the padding of the last packet. */
  end(samples: number): Uint8Array
}

export interface OggOpusOptions {
  /** Tells this stream from others. 32 bits. */
  serial: number
  /** Of the sound before it was encoded; for information. */
  sampleRate: number
  /** What the decoder has to drop at the beginning, samples at 48 kHz. */
  preSkip: number
}

/** Granules are always counted at this rate. */
const GRANULES_PER_SECOND = 48_000
/** A page's table of lengths has no more entries. */
const MAX_SEGMENTS = 255
const BEGIN = 2
const END = 4
const VENDOR = 'AuraLink'

export function createOggOpusWriter(options: OggOpusOptions): OggOpusWriter {
  const { serial, sampleRate, preSkip } = options
  const scale = GRANULES_PER_SECOND / sampleRate
  let sequence = 0
  let granule = 0
  let began = 0
  let packets: Uint8Array[] = []
  let segments = 0

  function page(type: number, at: number): Uint8Array {
    const bytes = makePage({ type, granule: at, serial, sequence, packets })
    sequence += 1
    packets = []
    segments = 0
    began = granule
    return bytes
  }

  return {
    head() {
      packets = [opusHead(preSkip, sampleRate)]
      const first = page(BEGIN, 0)
      packets = [opusTags()]
      return Buffer.concat([first, page(0, 0)])
    },
    packet(packet, samples) {
      // a packet that does not fit begins the next page, which is written before it
      const entries = Math.floor(packet.length / 255) + 1
      const full = segments + entries > MAX_SEGMENTS ? page(0, granule) : undefined
      packets.push(packet)
      segments += entries
      granule += samples * scale
      if (full) return full
      return granule - began >= GRANULES_PER_SECOND ? page(0, granule) : undefined
    },
    end: (samples) => page(END, Math.min(granule, preSkip + samples * scale)),
  }
}

/** Where the last whole page ends, and the time until there: for a file whose writer was killed. */
export function readExtent(file: Uint8Array): { bytes: number; samples48: number } {
  const view = Buffer.from(file.buffer, file.byteOffset, file.byteLength)
  let bytes = 0
  let granule = 0
  while (bytes + 27 <= view.length && view.toString('latin1', bytes, bytes + 4) === 'OggS') {
    const table = view.subarray(bytes + 27, bytes + 27 + (view[bytes + 26] ?? 0))
    const end = bytes + 27 + table.length + table.reduce((sum, length) => sum + length, 0)
    if (end > view.length) break
    const page = Buffer.from(view.subarray(bytes, end))
    const crc = page.readUInt32LE(22)
    page.writeUInt32LE(0, 22)
    if (crc32(page) !== crc) break
    granule = Number(page.readBigInt64LE(6))
    bytes = end
  }
  return { bytes, samples48: granule }
}

function makePage(page: {
  type: number
  granule: number
  serial: number
  sequence: number
  packets: Uint8Array[]
}): Uint8Array {
  const table = page.packets.flatMap((packet) => [
    ...Array<number>(Math.floor(packet.length / 255)).fill(255),
    packet.length % 255,
  ])
  const header = Buffer.alloc(27 + table.length)
  header.write('OggS', 0, 'latin1')
  header[5] = page.type
  header.writeBigInt64LE(BigInt(Math.round(page.granule)), 6)
  header.writeUInt32LE(page.serial >>> 0, 14)
  header.writeUInt32LE(page.sequence, 18)
  header[26] = table.length
  header.set(table, 27)
  const bytes = Buffer.concat([header, ...page.packets])
  bytes.writeUInt32LE(crc32(bytes), 22)
  return bytes
}

function opusHead(preSkip: number, sampleRate: number): Uint8Array {
  const head = Buffer.alloc(19)
  head.write('OpusHead', 0, 'latin1')
  head[8] = 1
  head[9] = 1
  head.writeUInt16LE(preSkip, 10)
  head.writeUInt32LE(sampleRate, 12)
  return head
}

/** No names in it: a file that is passed on tells nobody who it is. */
function opusTags(): Uint8Array {
  const vendor = Buffer.from(VENDOR)
  const tags = Buffer.alloc(8 + 4 + vendor.length + 4)
  tags.write('OpusTags', 0, 'latin1')
  tags.writeUInt32LE(vendor.length, 8)
  vendor.copy(tags, 12)
  return tags
}

/** Ogg's own: polynomial 04c11db7, not reflected, from 0. The one of zlib is another. */
function crc32(bytes: Uint8Array): number {
  let crc = 0
  for (const byte of bytes) crc = (crc << 8) ^ (CRC_TABLE[(crc >>> 24) ^ byte] ?? 0)
  return crc >>> 0
}

const CRC_TABLE = Int32Array.from({ length: 256 }, (_, index) => {
  let crc = index << 24
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1
  return crc
})
