import { HubError } from '#protocol'
import { createPatience } from '#rooms'
import { failureOf, modelFailed } from './provider-error.ts'

interface ChatMessage {
  role: 'user' | 'assistant'
  content: string
}

/** What a model is asked. */
interface ChatRequest {
  system: string
  messages: ChatMessage[]
  maxTokens: number
  /** Cancels the request, also in the middle of the answer. */
  signal?: AbortSignal
  /** When given, the answer is JSON of this JSON schema. */
  schema?: { name: string; schema: Record<string, unknown> }
}

/**
 * A model that answers in text. Throws `timed_out` or `provider_failed` without any text of the provider (`details.reason`
 * is a `Failure`); the signal's own reason when it was cancelled. What a provider turns away for a short
 * while is asked once more; while it wants to be left alone for longer, it is.
 */
export interface ChatModel {
  /** `PROVIDER/MODEL`. */
  readonly name: string
  /** Pieces of the answer, as they come. */
  stream(request: ChatRequest): AsyncIterable<string>
  complete(request: ChatRequest): Promise<string>
}

/** A piece of an answer, or how the answer ended: `length` when the model was not done yet. */
export type Piece = { text: string } | { end: 'whole' | 'length' | 'refused' }

/** What a vendor's adapter implements: opens the request and gives the pieces. One attempt, no retries. */
type OpenStream = (request: ChatRequest, signal: AbortSignal) => Promise<AsyncIterable<Piece>>

export interface ModelTimeouts {
  /** Until the first piece of the answer, ms. Default 10,000. */
  firstTokenMs: number
  /** Until the answer is whole, ms. Default 60,000. */
  totalMs: number
}

/** A wait that people in a room bear, ms; for longer the built-in brain answers. */
const BEARABLE_MS = 2_000
/** A provider that asks for more is asked again after this, ms. */
const LONGEST_REST_MS = 300_000
const MODEL_TIMEOUTS: ModelTimeouts = { firstTokenMs: 10_000, totalMs: 60_000 }

/** A `ChatModel` from an adapter: own timeouts, cancellation and errors, the same for every vendor. */
export function createChatModel(
  name: string,
  open: OpenStream,
  timeouts: ModelTimeouts = MODEL_TIMEOUTS,
): ChatModel {
  const patiently = createPatience({
    bearableMs: BEARABLE_MS,
    longestRestMs: LONGEST_REST_MS,
    resting: () => modelFailed(name, 'resting', 429),
  })

  async function* stream(request: ChatRequest): AsyncGenerator<string> {
    request.signal?.throwIfAborted()
    const own = new AbortController()
    const signal = request.signal ? AbortSignal.any([request.signal, own.signal]) : own.signal
    const first = setTimeout(() => own.abort(), timeouts.firstTokenMs)
    const total = setTimeout(() => own.abort(), timeouts.totalMs)
    let left = request.maxTokens * LONGEST_TOKEN
    let said = false
    let end: 'whole' | 'length' | 'refused' | 'cut' = 'cut'
    try {
      for await (const piece of await patiently(() => open(request, signal), signal)) {
        if (signal.aborted) break
        if ('end' in piece) end = end === 'refused' ? end : piece.end
        else if (piece.text !== '') {
          clearTimeout(first)
          left -= piece.text.length
          // compatible hosts may know no limit, and a model that repeats itself has no end
          if (left < 0) {
            end = 'length'
            break
          }
          said = true
          yield piece.text
        }
      }
    } catch (error) {
      if (!signal.aborted) throw error instanceof HubError ? error : failureOf(name, error)
    } finally {
      clearTimeout(first)
      clearTimeout(total)
      // for a consumer that stopped reading: the request must not go on without one
      if (!own.signal.aborted) own.abort(DONE)
    }
    // an aborted stream of the SDKs ends as if it were whole, so that the signals are what counts
    request.signal?.throwIfAborted()
    if (own.signal.reason !== DONE)
      throw new HubError('timed_out', 'The model took too long.', { details: { model: name } })
    if (end === 'refused' || end === 'cut') throw modelFailed(name, end)
    if (!said) throw modelFailed(name, 'empty')
    if (end === 'length') {
      if (request.schema) throw modelFailed(name, 'truncated')
      yield '…'
    }
  }

  return {
    name,
    stream,
    async complete(request) {
      let text = ''
      for await (const piece of stream(request)) text += piece
      return text
    },
  }
}

const DONE = Symbol('done')
/** Characters of a token, by which an answer is held to its length: words of English have 4, few languages more than 6. */
const LONGEST_TOKEN = 8
