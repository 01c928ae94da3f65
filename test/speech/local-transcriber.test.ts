import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openSynthesizer } from '../../rooms/speech/synthesizers/index.ts'
import {
  createLocalTranscriber,
  openTranscriber,
  WHISPER_MODELS,
} from '../../rooms/speech/transcribers/index.ts'
import type { Transcriber } from '../../rooms/speech/types.ts'
import { wordErrors } from '../evals/wer.ts'
import { startTranscriptions } from '../fakes/speech.ts'
import { quiet } from '../support/postgres.ts'
import { serve } from '../support/serve.ts'
import { speechWeights } from '../support/speech-models.ts'

const RECORDINGS = join(import.meta.dirname, '../../../shared/data/speech')
const SAID = [
  { file: 'new_home.wav', text: 'we must find a new home in the stars' },
  { file: 'sb_spk1_snt5.wav', text: 'sunday is the best part of the week' },
  { file: 'df_today.wav', text: 'today' },
]

let dataDir: string
let transcriber: Transcriber

beforeAll(async () => {
  dataDir = await speechWeights()
  transcriber = await openTranscriber({ dataDir, log: quiet })
  await transcriber.warm()
}, 300_000)
afterAll(() => transcriber?.stop())

/** A recording, where there is one; else the voice that agents have. */
async function soundOf({ file, text }: { file: string; text: string }): Promise<Int16Array> {
  const path = join(RECORDINGS, file)
  if (existsSync(path)) {
    const wav = await readFile(path)
    const from = wav.indexOf('data') + 8
    return Int16Array.from({ length: (wav.length - from) >> 1 }, (_, i) =>
      wav.readInt16LE(from + i * 2),
    )
  }
  const voice = openSynthesizer({ log: quiet })
  const pieces: number[] = []
  for await (const { pcm, sampleRate } of voice.speak(text, new AbortController().signal)) {
    expect(sampleRate).toBe(16_000)
    pieces.push(...pcm)
  }
  await voice.stop()
  return Int16Array.from(pieces)
}

async function sha256Of(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex')
}

async function transcribe(by: Transcriber, sound: Int16Array) {
  const utterance = by.begin({ onPartial: () => {} })
  for (let at = 0; at < sound.length; at += 1_600) utterance.write(sound.subarray(at, at + 1_600))
  return utterance.end()
}

it('has the weights that the reference conversion makes, to the byte', async () => {
  expect(await sha256Of(join(dataDir, 'models/whisper-tiny.en/ggml.bin'))).toBe(
    '458e97678a4671de4d85f54d22b46cdf9f7991a79c4c978c23340c92dd5993fb',
  )
})

it('hears what people say, beside the event loop', async () => {
  let turns = 0
  let counting = true
  const count = () => {
    turns++
    if (counting) setImmediate(count)
  }
  const sounds = await Promise.all(SAID.map(soundOf))
  setImmediate(count)
  const heard = await Promise.all(sounds.map((sound) => transcribe(transcriber, sound)))
  counting = false
  for (const [i, { text }] of SAID.entries()) {
    const { errors } = wordErrors(text, heard[i]?.text ?? '')
    expect(errors, heard[i]?.text).toBeLessThanOrEqual(1)
  }
  // in the same thread the loop would have turned a few times
  expect(turns).toBeGreaterThan(100)
}, 120_000)

it('fails what is under way when it is stopped', async () => {
  const own = await openTranscriber({ dataDir, log: quiet })
  await own.warm()
  const failed = expect(transcribe(own, new Int16Array(160_000))).rejects.toMatchObject({
    code: 'provider_failed',
  })
  await own.stop()
  await failed
  await expect(own.warm()).rejects.toMatchObject({ code: 'provider_failed' })
}, 60_000)

it('gets its weights when somebody first speaks, tries again later, and says how far it is', async () => {
  const weights = join(dataDir, 'models/whisper-tiny.en/ggml.bin')
  const { size } = await stat(weights)
  const sha256 = await sha256Of(weights)
  let there = false
  let asked = 0
  const place = await serve((_, response) => {
    asked += 1
    if (there) createReadStream(weights).pipe(response)
    else response.writeHead(503).end()
  })
  const url = `${place.origin}/`
  const lines: Record<string, unknown>[] = []
  let time = 0
  const folder = await mkdtemp(join(tmpdir(), 'auralink-whisper-'))
  const own = createLocalTranscriber({
    dataDir: folder,
    model: {
      ...WHISPER_MODELS[0],
      files: [{ name: 'ggml.bin', bytes: size, sha256, from: [{ kind: 'http', url }] }],
      finish: async () => {},
    },
    log: pino({}, { write: (line: string) => lines.push(JSON.parse(line)) }),
    now: () => time,
  })
  try {
    await expect(own.warm()).rejects.toMatchObject({ code: 'provider_failed' })
    expect(lines.at(-1)).toMatchObject({ level: 50, retry_in_ms: 5_000 })
    expect(lines.at(-1)?.msg).toContain('npm run models -- fetch whisper-tiny.en')
    // too soon: nobody is asked
    await expect(own.warm()).rejects.toMatchObject({ code: 'provider_failed' })
    expect(asked).toBe(1)
    time += 5_000
    await expect(own.warm()).rejects.toMatchObject({ code: 'provider_failed' })
    expect(lines.at(-1)).toMatchObject({ retry_in_ms: 10_000 })
    time += 10_000
    there = true
    // what is said meanwhile waits
    const utterance = own.begin({ onPartial: () => {} })
    utterance.write(new Int16Array(16_000))
    expect(await utterance.end()).toHaveProperty('text')
    const percents = lines.flatMap(({ percent }) => (percent === undefined ? [] : [percent]))
    expect(percents).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 100])
    expect(asked).toBe(3)
  } finally {
    await own.stop()
    await place.stop()
    await rm(folder, { recursive: true, force: true })
  }
}, 120_000)

it('takes over, with the same words, where the host of the key does not transcribe', async () => {
  const host = await startTranscriptions(() => ({ status: 404 }))
  const lines: Record<string, unknown>[] = []
  const log = pino({}, { write: (line: string) => lines.push(JSON.parse(line)) })
  const own = await openTranscriber({ dataDir, openai: host, log })
  const [said] = SAID
  if (!said) throw new Error('nothing is said')
  const sound = await soundOf(said)
  for (const _ of [1, 2])
    expect(wordErrors(said.text, (await transcribe(own, sound)).text).errors).toBeLessThanOrEqual(1)
  expect(own.name).toBe('whisper-tiny.en')
  expect(lines.filter(({ level }) => level === 40)).toHaveLength(1)
  // as many as there are ways to ask it, and none for the second utterance
  expect(host.requests).toHaveLength(2)
  await own.stop()
  await host.stop()
}, 120_000)
