import { expect, test } from 'vitest'
import { decodeOgg, demuxOgg, loudness, tone } from '../../test/support/ogg.ts'
import { readExtent } from './ogg.ts'
import { createTrack } from './track.ts'

const RATE = 16_000

function record(run: (track: ReturnType<typeof createTrack>) => void, end = true) {
  const pages: Uint8Array[] = []
  const track = createTrack({ startedAt: 1_000_000, serial: 0xfffffff0 }, (page) =>
    pages.push(page),
  )
  run(track)
  if (end) track.end()
  return { file: Buffer.concat(pages), pages, track }
}

test('a voice comes out as long and as loud as it went in', () => {
  const { file, track } = record(({ write }) => {
    // pieces as they come, none of them a packet long
    const sound = tone(3_010, 8_000)
    for (let at = 0, now = 1_000_000; at < sound.length; at += 441) {
      const piece = sound.subarray(at, at + 441)
      now += (piece.length / RATE) * 1000
      write(piece, now)
    }
  })
  const pcm = decodeOgg(file)
  expect(pcm.length).toBe((RATE * 3_010) / 1000)
  expect(loudness(pcm, 100, 2_900)).toBeGreaterThan(4_500)
  expect(loudness(pcm, 100, 2_900)).toBeLessThan(7_000)
  expect(Math.round(track.endedAt)).toBe(1_003_010)
})

test('silences are kept: what was said later is heard as much later, and nothing in between', () => {
  const { file } = record(({ write }) => {
    write(tone(1_000, 8_000), 1_001_000)
    // late by what a network is late by: no silence
    write(tone(1_000, 8_000), 1_002_150)
    write(tone(1_000, 8_000), 1_012_345)
  })
  const pcm = decodeOgg(file)
  expect(pcm.length / RATE).toBeCloseTo(12.345, 3)
  expect(loudness(pcm, 100, 1_900)).toBeGreaterThan(4_500)
  expect(loudness(pcm, 2_100, 11_200)).toBeLessThan(50)
  expect(loudness(pcm, 11_500, 12_300)).toBeGreaterThan(4_500)
})

test('an hour of silence takes no more than a minute of talk', () => {
  const { file } = record(({ write }) => {
    write(tone(100, 8_000), 1_000_100)
    write(tone(100, 8_000), 1_000_100 + 3_600_000)
  })
  expect(file.length).toBeLessThan(190_000)
  expect(demuxOgg(file).at(-1)?.granule).toBe(312 + 48 * 3_600_100)
})

test('the stream is what RFC 7845 says', () => {
  const { file } = record(({ write }) => write(tone(2_500, 8_000), 1_002_500))
  const pages = demuxOgg(file)
  expect(pages.map(({ sequence }) => sequence)).toEqual(pages.map((_, i) => i))
  expect(new Set(pages.map(({ serial }) => serial))).toEqual(new Set([0xfffffff0]))
  expect(pages.map(({ type }) => type)).toEqual([2, ...Array(pages.length - 2).fill(0), 4])
  const [head, tags] = pages.flatMap(({ packets }) => packets)
  expect(head?.toString('latin1', 0, 8)).toBe('OpusHead')
  expect([head?.[8], head?.[9], head?.readUInt32LE(12)]).toEqual([1, 1, 16_000])
  expect(tags?.toString('latin1', 0, 8)).toBe('OpusTags')
  expect(pages.map(({ granule }) => granule)).toEqual([0, 0, 48_000, 96_000, 120_312])
  expect(readExtent(file)).toEqual({ bytes: file.length, samples48: 120_312 })
})

test('of a file whose writer was killed, all whole pages are good', () => {
  const { file, pages } = record(({ write }) => write(tone(5_000, 8_000), 1_005_000), false)
  const whole = readExtent(file)
  expect(whole).toEqual({ bytes: file.length, samples48: 48 * 5_000 })
  const last = pages.at(-1)?.length ?? 0
  for (const cut of [1, last - 1]) {
    const extent = readExtent(file.subarray(0, file.length - cut))
    expect(extent).toEqual({ bytes: file.length - last, samples48: 48 * 4_000 })
  }
  // a page that is damaged ends it as well: the sum of a page is checked
  const damaged = Buffer.from(file)
  damaged.writeUInt8(damaged.readUInt8(file.length - 2) ^ 1, file.length - 2)
  expect(readExtent(damaged).bytes).toBe(file.length - last)
  expect(readExtent(Buffer.from('OggS')).bytes).toBe(0)
  const pcm = decodeOgg(file.subarray(0, whole.bytes))
  expect(pcm.length).toBe(RATE * 5 - 104)
})
