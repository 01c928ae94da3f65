import type { IncomingMessage } from 'node:http'
import { serve } from './serve.ts'

export type Unreliable = Awaited<ReturnType<typeof startUnreliable>>

/** An HTTP service in front of another that answers by it, or badly, or not at all, as a test says. */
export async function startUnreliable(target: string) {
  let mood: 'well' | 'failing' | 'hanging' = 'well'
  const waiting = new Set<() => void>()
  const paths: string[] = []

  const server = await serve(async (request, response) => {
    const { method = 'GET', url = '/' } = request
    paths.push(url)
    for (const look of [...waiting]) look()
    if (mood === 'hanging') return
    if (mood === 'failing') {
      response.writeHead(503).end('no')
      return
    }
    try {
      const body = await read(request)
      const headers = {
        authorization: request.headers.authorization ?? '',
        'content-type': request.headers['content-type'] ?? '',
      }
      const answer = await fetch(new URL(url, target), { method, headers, body })
      const type = answer.headers.get('content-type') ?? ''
      response.writeHead(answer.status, { 'content-type': type }).end(await answer.text())
    } catch {
      response.writeHead(502).end('away')
    }
  })

  return {
    url: server.origin,
    /** How it is from now on. */
    is(next: typeof mood) {
      mood = next
    },
    /** Resolves when it was asked so many times more. */
    asked(times: number): Promise<void> {
      const goal = paths.length + times
      return new Promise((resolve) => {
        const look = () => {
          if (paths.length < goal) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
      })
    },
    stop: server.stop,
  }
}

async function read(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += chunk
  return text
}
