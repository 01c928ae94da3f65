import { serve } from '../support/serve.ts'

/** How a fake voice answers a sentence. */
export interface FakeVoiceAnswer {
  /** Sent one after the other: bytes of PCM16. */
  pieces?: Uint8Array[]
  /** After the pieces nothing more comes. */
  hang?: boolean
  /** The connection is cut after the pieces. */
  cut?: boolean
  /** An error instead of sound. */
  status?: number
}

interface FakeVoiceRequest {
  path: string
  authorization: string | undefined
  body: { model: string; voice: string; input: string; response_format: string }
}

/** OpenAI's `/audio/speech` on a free port, as the real SDK reads it. */
export async function startVoiceServer(answer: (nth: number) => FakeVoiceAnswer) {
  const requests: FakeVoiceRequest[] = []
  let dropped = () => {}
  const gone = new Promise<void>((resolve) => {
    dropped = resolve
  })
  const server = await serve(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    const { authorization } = request.headers
    const nth = requests.push({ path: request.url ?? '', authorization, body: JSON.parse(text) })
    response.on('close', () => response.writableEnded || dropped())
    const { pieces = [], hang, cut, status } = answer(nth)
    if (status !== undefined) {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ error: { message: 'secret text of the provider' } }))
      return
    }
    response.writeHead(200, { 'content-type': 'audio/pcm' })
    response.flushHeaders()
    for (const piece of pieces) await new Promise((sent) => response.write(piece, sent))
    if (cut) response.destroy()
    else if (!hang) response.end()
  })

  return {
    key: { apiKey: 'test-key', baseUrl: `${server.origin}/v1` },
    requests,
    /** Resolves when a client went away in the middle of an answer. */
    gone,
    stop: server.stop,
  }
}
