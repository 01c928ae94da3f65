import { Stream } from 'openai/streaming'
import { z } from 'zod'
import type { Transcript } from '../../types.ts'

/** No words of 28 s are longer, with all that is said beside them: an answer without an end is ended. */
const MOST_BYTES = 1_000_000
const MOST_LETTERS = 4_000

const Logprobs = z.array(z.object({ logprob: z.number() })).nullish()
const Whole = z.object({ text: z.string(), logprobs: Logprobs })
const Event = z.union([
  z.object({ type: z.literal('transcript.text.delta'), delta: z.string() }),
  Whole.extend({ type: z.literal('transcript.text.done') }),
  // what is added to the wire later
  z.object({ type: z.string() }).transform(() => undefined),
])

/** What came is no transcript. */
class Malformed extends Error {}

/** Reads an answer, whole or streamed: the host decides. Throws `Malformed` for what is neither, or was cut off. */
export async function readAnswer(
  response: Response,
  onPartial: (text: string) => void,
): Promise<Transcript> {
  const kind = response.headers.get('content-type') ?? ''
  const bounded = new Response(response.body?.pipeThrough(bound()) ?? null, response)
  if (kind.includes('text/event-stream')) return readStream(bounded, onPartial)
  if (!kind.includes('json')) throw new Malformed('the answer is of another kind')
  const whole = Whole.safeParse(await bounded.json())
  if (!whole.success) throw new Malformed('the answer has no text')
  return transcriptOf(whole.data)
}

async function readStream(
  response: Response,
  onPartial: (text: string) => void,
): Promise<Transcript> {
  let text = ''
  for await (const sent of Stream.fromSSEResponse<unknown>(response, new AbortController())) {
    const event = Event.safeParse(sent).data
    if (!event) continue
    if (event.type === 'transcript.text.done') return transcriptOf(event)
    text += event.delta
    if (text.length > MOST_LETTERS) throw new Malformed('the text has no end')
    onPartial(text.trim())
  }
  throw new Malformed('the answer was cut off')
}

function transcriptOf({ text, logprobs }: z.output<typeof Whole>): Transcript {
  if (text.length > MOST_LETTERS) throw new Malformed('the text has no end')
  const words = { text: text.trim() }
  if (!logprobs || logprobs.length === 0) return words
  const mean = logprobs.reduce((sum, { logprob }) => sum + logprob, 0) / logprobs.length
  return { ...words, confidence: Math.min(1, Math.exp(mean)) }
}

function bound(): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0
  return new TransformStream({
    transform(chunk, controller) {
      bytes += chunk.length
      if (bytes > MOST_BYTES) controller.error(new Malformed('the answer has no end'))
      else controller.enqueue(chunk)
    },
  })
}
