import { deflateRawSync } from 'node:zlib'

/** A zip file for tests, its members packed or, with `stored`, as they are. */
export function zipOf(members: Record<string, Uint8Array>, stored = false): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let at = 0
  for (const [name, content] of Object.entries(members)) {
    const packed = stored ? Buffer.from(content) : deflateRawSync(content)
    const local = Buffer.alloc(30 + 4)
    local.writeUInt32LE(0x04034b50, 0)
    local.writeUInt16LE(name.length, 26)
    // an extra field here alone, as some writers make it
    local.writeUInt16LE(4, 28)
    const file = Buffer.concat([local.subarray(0, 30), Buffer.from(name), Buffer.alloc(4), packed])
    const entry = Buffer.alloc(46)
    entry.writeUInt32LE(0x02014b50, 0)
    entry.writeUInt16LE(stored ? 0 : 8, 10)
    entry.writeUInt32LE(packed.length, 20)
    entry.writeUInt32LE(content.length, 24)
    entry.writeUInt16LE(name.length, 28)
    entry.writeUInt32LE(at, 42)
    directory.push(Buffer.concat([entry, Buffer.from(name)]))
    parts.push(file)
    at += file.length
  }
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(directory.length, 10)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...parts, ...directory, end])
}
