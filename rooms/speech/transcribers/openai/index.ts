/** Transcribes by OpenAI's wire: OpenAI itself, and every host that speaks like it. */
import { setTimeout as sleep } from 'node:timers/promises'
import OpenAI from 'openai'
import { HubError } from '#protocol'
import { joined } from '../../chunk.ts'
import type { Transcriber, Transcript } from '../../types.ts'
import { createAsk, NoTranscriptionHere, statusOf } from './ask.ts'

export { NoTranscriptionHere } from './ask.ts'

export interface OpenAITranscriberOptions {
  /** Until the words of an utterance are there, ms. Default 20,000. */
  timeoutMs: number
  /** A wait that a provider may ask for, ms; for a longer one the utterance fails. Default 3,000. */
  bearableMs: number
}

const DEFAULTS: OpenAITranscriberOptions = { timeoutMs: 20_000, bearableMs: 3_000 }
const MOST_REST_MS = 60_000
/** Too many requests, and an overload. */
const LATER = [429, 503, 529]
/** Shorter sound is refused: a quarter of a second at 16,000 Hz. */
const LEAST_SAMPLES = 4_000

/**
 * Each utterance is asked for when it is over; its words stream back where the host does that. `end` throws `timed_out`
 * or `provider_failed`, without any text of the provider, and `NoTranscriptionHere` for a host that cannot.
 */
export function createOpenAITranscriber(
  { apiKey, baseUrl }: { apiKey: string; baseUrl?: string | undefined },
  options: Partial<OpenAITranscriberOptions> = {},
): Transcriber {
  const { timeoutMs, bearableMs } = { ...DEFAULTS, ...options }
  const client = new OpenAI({
    apiKey,
    maxRetries: 0,
    logLevel: 'off',
    ...(baseUrl === undefined ? {} : { baseURL: baseUrl }),
  })
  const ask = createAsk(client)
  const stopping = new AbortController()
  let restUntil = Number.NEGATIVE_INFINITY

  /** Keeps to what the provider says of when to come back: waits for a short while, once. */
  const patient: typeof ask = async (sound, onPartial, signal) => {
    if (performance.now() < restUntil) throw failed(429)
    try {
      return await ask(sound, onPartial, signal)
    } catch (error) {
      const wait = LATER.includes(statusOf(error) ?? 0) ? retryAfterMs(error) : undefined
      if (wait === undefined || signal.aborted) throw error
      if (wait > bearableMs) {
        restUntil = performance.now() + Math.min(wait, MOST_REST_MS)
        throw error
      }
      await sleep(wait, undefined, { signal })
      return ask(sound, onPartial, signal)
    }
  }

  async function transcribe(
    sound: Int16Array,
    onPartial: (text: string) => void,
    cancelled: AbortSignal,
  ): Promise<Transcript> {
    const late = new AbortController()
    const timer = setTimeout(() => late.abort(), timeoutMs)
    try {
      const signal = AbortSignal.any([late.signal, cancelled, stopping.signal])
      return await patient(sound, onPartial, signal)
    } catch (error) {
      if (error instanceof NoTranscriptionHere || error instanceof HubError) throw error
      if (late.signal.aborted && !cancelled.aborted && !stopping.signal.aborted)
        throw new HubError('timed_out', 'The transcriber took too long.')
      throw failed(statusOf(error))
    } finally {
      clearTimeout(timer)
    }
  }

  return {
    name: 'openai',
    // nothing has to be fetched
    warm: async () => {},
    begin({ onPartial }) {
      let pieces: Int16Array[] = []
      const cancelled = new AbortController()
      return {
        write(pcm) {
          pieces.push(pcm.slice())
        },
        async end() {
          const samples = pieces.reduce((sum, { length }) => sum + length, 0)
          const silence = new Int16Array(Math.max(0, LEAST_SAMPLES - samples))
          const sound = joined([...pieces, silence])
          pieces = []
          const tell = (text: string) => {
            if (!cancelled.signal.aborted) onPartial(text)
          }
          return transcribe(sound, tell, cancelled.signal)
        },
        cancel() {
          pieces = []
          cancelled.abort()
        },
      }
    },
    async stop() {
      stopping.abort()
    },
  }
}

/** The provider's text may hold what people said, so that only its status is kept. */
function failed(status: number | undefined): HubError {
  return new HubError('provider_failed', 'The transcriber failed.', {
    details: { transcriber: 'openai', ...(status === undefined ? {} : { status }) },
  })
}

/** When the provider wants to be asked again, ms from now; undefined when it does not say. */
function retryAfterMs(error: unknown): number | undefined {
  if (!(error instanceof OpenAI.APIError)) return undefined
  const said = error.headers?.get('retry-after-ms')
  const seconds = error.headers?.get('retry-after')
  const ms = said ? Number(said) : Number(seconds ?? Number.NaN) * 1_000
  if (Number.isFinite(ms)) return Math.max(0, ms)
  // the other form of the header is a date
  const until = Date.parse(seconds ?? '') - Date.now()
  return Number.isFinite(until) ? Math.max(0, until) : undefined
}
