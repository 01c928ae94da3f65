import { Writable } from 'node:stream'
import pino from 'pino'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { type FakeVoiceAnswer, startVoiceServer } from '../../../test/fakes/speech-synthesis.ts'
import type { Sound, Synthesizer } from '../types.ts'
import { openSynthesizer } from './index.ts'
import { createOpenAIVoice } from './openai.ts'

const cleanups: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

const never = new AbortController().signal
const quiet = pino({ level: 'silent' })

function opened(voice: Synthesizer): Synthesizer {
  cleanups.push(() => voice.stop())
  return voice
}

async function serve(answer: (nth: number) => FakeVoiceAnswer) {
  const server = await startVoiceServer(answer)
  cleanups.push(server.stop)
  return server
}

async function said(voice: Synthesizer, text: string, signal = never): Promise<Sound[]> {
  const sounds: Sound[] = []
  for await (const sound of voice.speak(text, signal)) sounds.push(sound)
  return sounds
}

const secondsOf = (sounds: Sound[]) =>
  sounds.reduce((sum, { pcm, sampleRate }) => sum + pcm.length / sampleRate, 0)

/** So many ms of PCM16 at 24,000 samples a second, as bytes. */
const bytes = (ms: number, odd = 0) => new Uint8Array(ms * 48 + odd).fill(1)

describe('the local voice', () => {
  const voice = openSynthesizer({ log: quiet })
  afterAll(() => voice.stop())

  it('says a sentence without a key, and about as long as a person would', async () => {
    expect(voice.name).toBe('flite/slt')
    const sounds = await said(voice, 'We decided to launch on the twelfth of March [12].')
    expect(sounds.every(({ sampleRate }) => sampleRate === 16_000)).toBe(true)
    expect(secondsOf(sounds)).toBeGreaterThan(2)
    expect(secondsOf(sounds)).toBeLessThan(5)
    // it is a voice: loud in some places, silent in others
    const pcm = sounds[0]?.pcm ?? new Int16Array()
    expect(pcm.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)).toBeGreaterThan(5_000)
    expect(pcm.filter((sample) => Math.abs(sample) < 100).length).toBeGreaterThan(1_000)
  })

  it('never stalls the event loop, and many may speak at once', async () => {
    await said(voice, 'It is warm now.')
    let turns = 0
    let waiting = true
    const count = () => {
      turns += 1
      if (waiting) setImmediate(count)
    }
    count()
    const all = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        said(voice, `Number ${n} says something rather long here.`),
      ),
    )
    waiting = false
    expect(all.every((sounds) => secondsOf(sounds) > 1)).toBe(true)
    // made on the loop itself, each sentence would leave it a turn or two
    expect(turns).toBeGreaterThan(100)
  })

  it('has nothing to say of what is no English, nor of what cannot be said', async () => {
    expect(await said(voice, '[12]')).toEqual([])
    expect(await said(voice, '予算は三月です。')).toEqual([])
    expect(secondsOf(await said(voice, 'Naïve café'))).toBeGreaterThan(0.5)
  })

  it('ends what nobody waits for, and goes on with the rest', async () => {
    const abort = new AbortController()
    const cut = [said(voice, 'One.', abort.signal), said(voice, 'Two.', abort.signal)]
    const kept = said(voice, 'Three.')
    abort.abort(new Error('interrupted'))
    for (const one of cut) await expect(one).rejects.toThrow('interrupted')
    expect(secondsOf(await kept)).toBeGreaterThan(0.3)
    const stopped = openSynthesizer({ log: quiet })
    await stopped.stop()
    await expect(said(stopped, 'Four.')).rejects.toMatchObject({ code: 'provider_failed' })
  })
})

describe("OpenAI's voice", () => {
  it('comes as it is made, in whole samples', async () => {
    const server = await serve(() => ({
      pieces: [bytes(50, 1), bytes(80, 1), bytes(300), bytes(10)],
    }))
    const voice = opened(openSynthesizer({ openai: server.key, log: quiet }))
    const sounds = await said(voice, 'See **this** [3].')
    expect(secondsOf(sounds)).toBeCloseTo(0.44, 3)
    expect(sounds.every(({ sampleRate }) => sampleRate === 24_000)).toBe(true)
    expect(sounds.flatMap(({ pcm }) => [...pcm]).every((sample) => sample === 0x0101)).toBe(true)
    expect(server.requests).toMatchObject([
      {
        path: '/v1/audio/speech',
        authorization: 'Bearer test-key',
        body: { input: 'See this.', response_format: 'pcm' },
      },
    ])
  })

  it('gives way to the local voice where the host has none, which is said once', async () => {
    const server = await serve(() => ({ status: 404 }))
    const lines: string[] = []
    const write = (line: unknown, _: unknown, done: () => void) => {
      lines.push(String(line))
      done()
    }
    const log = pino({ level: 'info' }, new Writable({ write }))
    const voice = opened(openSynthesizer({ openai: server.key, log }))
    const both = await Promise.all([said(voice, 'One.'), said(voice, 'Two.')])
    expect(both.every((sounds) => secondsOf(sounds) > 0.3)).toBe(true)
    await said(voice, 'Three.')
    expect(server.requests.length).toBeLessThanOrEqual(2)
    expect(lines).toHaveLength(1)
    expect(voice.name).toBe('flite/slt')
  })

  it.each([
    ['an error', { status: 500 }, 'provider_failed'],
    ['too many requests', { status: 429 }, 'provider_failed'],
    ['a cut', { pieces: [bytes(200)], cut: true }, 'provider_failed'],
    ['silence', { hang: true }, 'timed_out'],
    ['a sound without an end', { pieces: [bytes(200)], hang: true }, 'timed_out'],
  ] satisfies [string, FakeVoiceAnswer, string][])(
    'fails by %s in the words of the hub',
    async (_, answer, code) => {
      const server = await serve(() => answer)
      const voice = opened(createOpenAIVoice(server.key, { firstMs: 300, totalMs: 600 }))
      const error = await said(voice, 'One.').catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code })
      expect(JSON.stringify(error)).not.toContain('secret')
    },
  )

  it('is told when nobody listens any more', async () => {
    const server = await serve(() => ({ pieces: [bytes(200)], hang: true }))
    const voice = opened(createOpenAIVoice(server.key))
    const abort = new AbortController()
    await expect(
      (async () => {
        for await (const _ of voice.speak('One.', abort.signal)) abort.abort(new Error('barge-in'))
      })(),
    ).rejects.toThrow('barge-in')
    await server.gone
  })
})
