import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { serve } from '../support/serve.ts'

/** What the fake host is asked. */
export interface TranscriptionRequest {
  model: string
  stream: boolean
  /** Of the WAV file. */
  seconds: number
}

/** What it answers: an error, whole words, or words piece by piece. */
export interface TranscriptionAnswer {
  status?: number
  headers?: Record<string, string>
  /** Sent as it is. */
  body?: string
  type?: string
  text?: string
  /** Streamed; without `cut` the whole text follows. */
  pieces?: string[]
  /** How sure it was of each token. */
  logprobs?: number[]
  /** The connection is cut after the pieces. */
  cut?: boolean
  /** Nothing more comes, and the answer does not end. */
  hang?: boolean
  /** The same piece again and again. */
  endless?: boolean
}

/** OpenAI's transcriptions as the real SDK asks for them, and the list of models where there is one. */
export async function startTranscriptions(
  answer: (request: TranscriptionRequest, nth: number) => TranscriptionAnswer,
  models?: string[],
) {
  const requests: TranscriptionRequest[] = []
  const server = await serve(async (request, response) => {
    if (request.url === '/v1/models') {
      response.writeHead(models ? 200 : 404, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ object: 'list', data: models?.map((id) => ({ id })) }))
      return
    }
    const body = await bytes(request)
    const field = (name: string) =>
      body.toString('latin1').match(new RegExp(`name="${name}"\r\n\r\n([^\r]*)`))?.[1]
    const wav = body.indexOf('RIFF')
    const asked = {
      model: field('model') ?? '',
      stream: field('stream') === 'true',
      seconds: wav < 0 ? 0 : body.readUInt32LE(wav + 40) / 32_000,
    }
    await send(response, answer(asked, requests.push(asked)))
  })
  return {
    apiKey: 'test-key',
    baseUrl: `${server.origin}/v1`,
    requests,
    stop: server.stop,
  }
}

async function send(response: ServerResponse, answer: TranscriptionAnswer): Promise<void> {
  const { status = 200, headers, body, text = '', pieces, cut, hang, endless } = answer
  const logprobs = answer.logprobs?.map((logprob) => ({ token: 'x', logprob }))
  const type = answer.type ?? (pieces || endless ? 'text/event-stream' : 'application/json')
  response.writeHead(status, { 'content-type': type, ...headers })
  if (body !== undefined || !(pieces || endless)) {
    if (!hang) response.end(body ?? JSON.stringify(status === 200 ? { text, logprobs } : ERROR))
    return
  }
  const event = (data: object) => response.write(`data: ${JSON.stringify(data)}\n\n`)
  const delta = (piece: string) => event({ type: 'transcript.text.delta', delta: piece })
  for (const piece of pieces ?? []) delta(piece)
  while (endless && !response.destroyed) {
    if (delta('and so on ')) await new Promise((resolve) => setImmediate(resolve))
    else await Promise.race([once(response, 'drain'), once(response, 'close')])
  }
  if (cut) setImmediate(() => response.destroy())
  else if (!hang) {
    event({ type: 'transcript.text.done', text: (pieces ?? []).join(''), logprobs })
    response.end('data: [DONE]\n\n')
  }
}

const ERROR = { error: { message: 'secret text of the provider', type: 'error', code: null } }

async function bytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks)
}
