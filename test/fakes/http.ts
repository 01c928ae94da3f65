import type { IncomingMessage, ServerResponse } from 'node:http'
import { serve } from '../support/serve.ts'

/** What a fake model answers to a request. */
export interface FakeAnswer {
  /** Sent piece by piece. */
  pieces?: string[]
  /** After the pieces nothing more comes, and the answer never ends. */
  hang?: boolean
  /** An error instead of an answer. */
  status?: number
  /** The connection is cut after the pieces. */
  cut?: boolean
  /** The stream ends after the pieces, properly as HTTP, and without saying that the answer is whole. */
  short?: boolean
  /** The model stopped for its limit of tokens, or refused. Default: it was done. */
  end?: 'length' | 'refused'
  /** Nothing is sent before this. */
  hold?: Promise<unknown>
  /** Of an error. */
  headers?: Record<string, string>
}

export interface FakeModelOptions<Body> {
  answer(body: Body, nth: number): FakeAnswer
}

/** A model's HTTP API on a free port; the vendor's wire is the caller's. */
export async function startModelServer<Body>(
  { answer }: FakeModelOptions<Body>,
  write: (response: ServerResponse, answer: FakeAnswer) => void,
  error: object,
) {
  const requests: { path: string; headers: IncomingMessage['headers']; body: Body }[] = []
  const aborted: number[] = []
  const watchers = new Set<() => void>()

  const server = await serve(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    const body = JSON.parse(text) as Body
    const nth = requests.push({ path: request.url ?? '', headers: request.headers, body })
    const given = answer(body, nth)
    for (const watcher of [...watchers]) watcher()
    response.on('close', () => {
      if (response.writableEnded) return
      aborted.push(nth)
      for (const watcher of [...watchers]) watcher()
    })
    if (given.status !== undefined) {
      response.writeHead(given.status, { 'content-type': 'application/json', ...given.headers })
      response.end(JSON.stringify(error))
      return
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.flushHeaders()
    await given.hold
    if (response.destroyed) return
    write(response, given)
    if (given.cut) setImmediate(() => response.destroy())
    else if (!given.hang) response.end()
  })

  const until = (there: () => boolean) =>
    new Promise<void>((resolve) => {
      const check = () => {
        if (!there()) return
        watchers.delete(check)
        resolve()
      }
      watchers.add(check)
      check()
    })

  return {
    apiKey: 'test-key',
    origin: server.origin,
    requests,
    /** Waits for so many requests. */
    asked: (count: number) => until(() => requests.length >= count),
    /** Waits until so many clients went away in the middle of an answer. */
    dropped: (count: number) => until(() => aborted.length >= count),
    stop: server.stop,
  }
}
