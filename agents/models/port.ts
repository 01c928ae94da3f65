import { HubError } from '#protocol'

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
 * A model that answers in text. Throws `timed_out` or `provider_failed` without any text of the provider;
 * the signal's own reason when it was cancelled.
 */
export interface ChatModel {
  /** `PROVIDER/MODEL`. */
  readonly name: string
  /** Pieces of the answer, as they come. */
  stream(request: ChatRequest): AsyncIterable<string>
  complete(request: ChatRequest): Promise<string>
}

/** What a vendor's adapter implements: opens the request and gives the pieces. One attempt, no retries. */
export type OpenStream = (
  request: ChatRequest,
  signal: AbortSignal,
) => Promise<AsyncIterable<string>>

export interface ModelTimeouts {
  /** Until the first piece of the answer, ms. Default 10,000. */
  firstTokenMs: number
  /** Until the answer is whole, ms. Default 60,000. */
  totalMs: number
}

const MODEL_TIMEOUTS: ModelTimeouts = { firstTokenMs: 10_000, totalMs: 60_000 }

/** A `ChatModel` from an adapter: own timeouts, cancellation and errors, the same for every vendor. */
export function createChatModel(
  name: string,
  open: OpenStream,
  timeouts: ModelTimeouts = MODEL_TIMEOUTS,
): ChatModel {
  async function* stream(request: ChatRequest): AsyncGenerator<string> {
    request.signal?.throwIfAborted()
    const own = new AbortController()
    const signal = request.signal ? AbortSignal.any([request.signal, own.signal]) : own.signal
    const first = setTimeout(() => own.abort(), timeouts.firstTokenMs)
    const total = setTimeout(() => own.abort(), timeouts.totalMs)
    let said = false
    try {
      for await (const piece of await open(request, signal)) {
        if (signal.aborted) break
        if (piece === '') continue
        clearTimeout(first)
        said = true
        yield piece
      }
    } catch (error) {
      if (!signal.aborted) throw providerFailed(name, error)
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
    if (!said) throw providerFailed(name, undefined)
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

/** The provider's text may hold what people said, so that only its status is kept. */
function providerFailed(model: string, error: unknown): HubError {
  const status = statusOf(error)
  return new HubError('provider_failed', 'The model provider failed.', {
    details: { model, ...(status === undefined ? {} : { status }) },
  })
}

function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('status' in error)) return undefined
  return typeof error.status === 'number' ? error.status : undefined
}
