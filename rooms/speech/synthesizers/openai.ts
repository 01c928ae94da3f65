import OpenAI from 'openai'
import { HubError } from '#protocol'
import type { Sound, Synthesizer } from '../types.ts'

const MODEL = 'gpt-4o-mini-tts'
const VOICE = 'coral'
/** Of `response_format: pcm`, as OpenAI documents it. */
const SAMPLE_RATE = 24_000
/** Sound is handed on in pieces of at least so many bytes: 100 ms. */
const PIECE_BYTES = (SAMPLE_RATE / 10) * 2

export interface VoiceTimeouts {
  /** Until the first sound of a sentence, ms. */
  firstMs: number
  /** Until all of it is there, ms. */
  totalMs: number
}

const TIMEOUTS: VoiceTimeouts = { firstMs: 8_000, totalMs: 30_000 }

/** The host has no speech of its own. */
export class NoSpeechHere extends Error {}

/** OpenAI's voice, streamed. Errors hold nothing of the provider's text. Throws `NoSpeechHere` for a host without it. */
export function createOpenAIVoice(
  { apiKey, baseUrl }: { apiKey: string; baseUrl?: string | undefined },
  timeouts: VoiceTimeouts = TIMEOUTS,
): Synthesizer {
  const client = new OpenAI({
    apiKey,
    maxRetries: 0,
    logLevel: 'off',
    ...(baseUrl === undefined ? {} : { baseURL: baseUrl }),
  })
  const stopped = new AbortController()

  return {
    name: `openai/${MODEL}`,

    async *speak(text, wanted) {
      wanted.throwIfAborted()
      const late = new AbortController()
      const signal = AbortSignal.any([wanted, late.signal, stopped.signal])
      const first = setTimeout(() => late.abort(), timeouts.firstMs)
      const total = setTimeout(() => late.abort(), timeouts.totalMs)
      try {
        const { body } = await client.audio.speech.create(
          { model: MODEL, voice: VOICE, input: text, response_format: 'pcm' },
          { signal },
        )
        if (body)
          for await (const sound of pieces(body)) {
            clearTimeout(first)
            yield sound
          }
      } catch (error) {
        wanted.throwIfAborted()
        if (late.signal.aborted)
          throw new HubError('timed_out', 'The voice took too long.', { details: { model: MODEL } })
        const status = error instanceof OpenAI.APIError ? error.status : undefined
        if (status === 404) throw new NoSpeechHere('this host has no speech')
        throw new HubError('provider_failed', 'The voice provider failed.', {
          details: { model: MODEL, ...(status === undefined ? {} : { status }) },
        })
      } finally {
        clearTimeout(first)
        clearTimeout(total)
        // for a listener that went away: nothing more is to be made
        late.abort()
      }
    },

    async stop() {
      stopped.abort()
    },
  }
}

/** Bytes of PCM16 as sound: a sample may come in two halves. */
async function* pieces(body: AsyncIterable<Uint8Array>): AsyncGenerator<Sound> {
  let held = new Uint8Array()
  for await (const chunk of body) {
    const joined = new Uint8Array(held.length + chunk.length)
    joined.set(held)
    joined.set(chunk, held.length)
    held = joined
    if (held.length < PIECE_BYTES) continue
    const whole = held.length - (held.length % 2)
    yield soundOf(held.slice(0, whole))
    held = held.slice(whole)
  }
  if (held.length >= 2) yield soundOf(held.slice(0, held.length - (held.length % 2)))
}

function soundOf(bytes: Uint8Array<ArrayBuffer>): Sound {
  return { pcm: new Int16Array(bytes.buffer), sampleRate: SAMPLE_RATE }
}
