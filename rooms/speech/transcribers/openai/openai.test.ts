import { afterEach, expect, it, vi } from 'vitest'
import { startTranscriptions, type TranscriptionAnswer } from '../../../../test/fakes/speech.ts'
import {
  createOpenAITranscriber,
  NoTranscriptionHere,
  type OpenAITranscriberOptions,
} from './index.ts'

vi.setConfig({ testTimeout: 30_000 })

type Host = Awaited<ReturnType<typeof startTranscriptions>>
let host: Host

afterEach(() => host.stop())

const second = new Int16Array(16_000)

async function hear(options: Partial<OpenAITranscriberOptions> = {}) {
  const transcriber = createOpenAITranscriber(host, options)
  const partials: string[] = []
  return {
    transcriber,
    partials,
    say(sound = second) {
      const utterance = transcriber.begin({ onPartial: (text) => partials.push(text) })
      utterance.write(sound)
      return utterance
    },
  }
}

it('streams the words, and says how sure the model was', async () => {
  const logprobs = [Math.log(0.5), Math.log(0.5)]
  host = await startTranscriptions(() => ({ pieces: [' We meet', ' at noon.'], logprobs }))
  const { say, partials } = await hear()
  const { text, confidence } = await say().end()
  expect(text).toBe('We meet at noon.')
  expect(confidence).toBeCloseTo(0.5)
  expect(partials).toEqual(['We meet', 'We meet at noon.'])
  expect(host.requests).toEqual([{ model: 'gpt-4o-mini-transcribe', stream: true, seconds: 1 }])
})

it('takes whole words from a host that does not stream, and pads what is too short', async () => {
  host = await startTranscriptions(() => ({ text: ' Yes. ' }))
  const { say } = await hear()
  expect(await say(new Int16Array(100)).end()).toEqual({ text: 'Yes.' })
  expect(host.requests[0]?.seconds).toBe(0.25)
})

it.each([
  ['whisper-1', ['gpt-4o-mini-transcribe', 'whisper-1']],
  ['large-whisper', ['gpt-4o-mini-transcribe', 'whisper-1', 'large-whisper']],
])('finds the model of a compatible host once: %s', async (model, asked) => {
  host = await startTranscriptions(
    (request) => (request.model === model ? { text: 'Found.' } : { status: 404 }),
    ['some-chat-model', 'large-whisper'],
  )
  const { say } = await hear()
  for (const _ of [1, 2]) expect(await say().end()).toEqual({ text: 'Found.' })
  expect(host.requests.map((request) => request.model)).toEqual([...asked, model])
})

it('says of a host without transcription that it has none', async () => {
  host = await startTranscriptions(() => ({ status: 404 }))
  const { say } = await hear()
  await expect(say().end()).rejects.toThrow(NoTranscriptionHere)
})

it('waits once for as long as the host asks, where people bear that', async () => {
  host = await startTranscriptions((_, nth) =>
    nth === 1 ? { status: 429, headers: { 'retry-after-ms': '20' } } : { text: 'There.' },
  )
  const { say } = await hear()
  expect(await say().end()).toEqual({ text: 'There.' })
})

it('leaves a host alone that asks for longer', async () => {
  host = await startTranscriptions(() => ({ status: 429, headers: { 'retry-after': '30' } }))
  const { say } = await hear()
  for (const _ of [1, 2])
    await expect(say().end()).rejects.toMatchObject({
      code: 'provider_failed',
      details: { status: 429 },
    })
  expect(host.requests).toHaveLength(1)
})

it.each<[string, TranscriptionAnswer]>([
  ['an error of its own', { status: 500 }],
  ['a wrong key', { status: 401 }],
  ['a page instead of JSON', { type: 'text/html', body: '<html>secret text</html>' }],
  ['JSON that is none', { body: '{"text": "secret te' }],
  ['JSON without a text', { body: '{"words": 7}' }],
  ['a stream that is cut', { pieces: ['secret text'], cut: true }],
  ['a stream that ends without its end', { type: 'text/event-stream', body: 'data: {}\n\n' }],
  ['words without an end', { endless: true }],
  ['a text without an end', { text: 'secret text '.repeat(1_000) }],
  ['an answer without an end', { text: 'x'.repeat(2_000_000) }],
])('fails on %s, without a word of it', async (_, answer) => {
  host = await startTranscriptions(() => answer)
  const { say } = await hear()
  const error = await say()
    .end()
    .catch((reason: unknown) => reason)
  expect(error).toMatchObject({ code: 'provider_failed' })
  expect(JSON.stringify(error) + String(error)).not.toContain('secret')
})

it('gives a slow host up, and what is cancelled or stopped', async () => {
  host = await startTranscriptions(() => ({ hang: true }))
  const slow = await hear({ timeoutMs: 50 })
  await expect(slow.say().end()).rejects.toMatchObject({ code: 'timed_out' })
  const { transcriber, say } = await hear()
  const first = say()
  const cancelled = expect(first.end()).rejects.toMatchObject({ code: 'provider_failed' })
  first.cancel()
  await cancelled
  const stopped = expect(say().end()).rejects.toMatchObject({ code: 'provider_failed' })
  await transcriber.stop()
  await stopped
})
