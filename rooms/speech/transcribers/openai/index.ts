/** Transcribes by OpenAI's wire: OpenAI itself, and every host that speaks like it. */
import OpenAI from 'openai'
import { HubError } from '#protocol'
import { createPatience, statusOf } from '../../../patience.ts'
import { joined } from '../../chunk.ts'
import type { Transcriber, Transcript } from '../../types.ts'
import { createAsk, NoTranscriptionHere } from './ask.ts'

export { NoTranscriptionHere } from './ask.ts'

export interface OpenAITranscriberOptions {
  /** Until the words of an utterance are there, ms. Default 20,000. */
  timeoutMs: number
  /** A wait that a provider may ask for, ms; for a longer one the utterance fails. Default 3,000. */
  bearableMs: number
}

const DEFAULTS: OpenAITranscriberOptions = { timeoutMs: 20_000, bearableMs: 3_000 }
const LONGEST_REST_MS = 60_000
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
  const patiently = createPatience({
    bearableMs,
    longestRestMs: LONGEST_REST_MS,
    resting: () => failed(429),
  })

  async function transcribe(
    sound: Int16Array,
    onPartial: (text: string) => void,
    cancelled: AbortSignal,
  ): Promise<Transcript> {
    const late = new AbortController()
    const timer = setTimeout(() => late.abort(), timeoutMs)
    try {
      const signal = AbortSignal.any([late.signal, cancelled, stopping.signal])
      return await patiently(() => ask(sound, onPartial, signal), signal)
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
