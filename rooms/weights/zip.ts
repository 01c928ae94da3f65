import { promisify } from 'node:util'
import { inflateRaw } from 'node:zlib'

const inflate = promisify(inflateRaw)

const END = 0x06054b50
const ENTRY = 0x02014b50
const END_SIZE = 22
const LONGEST_COMMENT = 0xffff

/**
 * One member of a zip file that is in memory; a wheel of Python is a zip file. Throws when there is none of that
 * name, or when it is damaged.
 */
export async function zipMember(zip: Buffer, name: string): Promise<Buffer> {
  for (const entry of entries(zip)) {
    if (entry.name !== name) continue
    // the local header repeats the name, and may have another extra field than the directory
    const from = entry.at + 30 + zip.readUInt16LE(entry.at + 26) + zip.readUInt16LE(entry.at + 28)
    const packed = zip.subarray(from, from + entry.packed)
    const whole = entry.method === 0 ? packed : await inflate(packed)
    if (whole.length !== entry.size) throw new Error(`${name} in the archive is damaged`)
    return whole
  }
  throw new Error(`the archive has no ${name}`)
}

interface Entry {
  name: string
  method: number
  packed: number
  size: number
  /** Of its local header. */
  at: number
}

function* entries(zip: Buffer): Generator<Entry> {
  let end = zip.length - END_SIZE
  while (end >= 0 && zip.readUInt32LE(end) !== END) {
    if (zip.length - END_SIZE - end > LONGEST_COMMENT) break
    end--
  }
  if (end < 0 || zip.readUInt32LE(end) !== END) throw new Error('this is no zip file')
  let at = zip.readUInt32LE(end + 16)
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    if (zip.readUInt32LE(at) !== ENTRY) throw new Error('the directory of the archive is damaged')
    const nameLength = zip.readUInt16LE(at + 28)
    yield {
      name: zip.toString('utf8', at + 46, at + 46 + nameLength),
      method: zip.readUInt16LE(at + 10),
      packed: zip.readUInt32LE(at + 20),
      size: zip.readUInt32LE(at + 24),
      at: zip.readUInt32LE(at + 42),
    }
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32)
  }
}
