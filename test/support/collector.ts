import { serve } from './serve.ts'

export interface CollectedSpan {
  name: string
  traceId: string
  spanId: string
  parentSpanId: string | undefined
  attributes: Record<string, unknown>
  events: string[]
  /** Span ids. */
  links: string[]
  resource: Record<string, unknown>
}

interface OtlpAttribute {
  key: string
  value: Record<string, unknown>
}
interface OtlpRequest {
  resourceSpans: {
    resource: { attributes: OtlpAttribute[] }
    scopeSpans: {
      spans: {
        name: string
        traceId: string
        spanId: string
        parentSpanId?: string
        attributes?: OtlpAttribute[]
        events?: { name: string }[]
        links?: { spanId: string }[]
      }[]
    }[]
  }[]
}

/** A collector of traces: OTLP over HTTP, in JSON. */
export async function startCollector() {
  const bodies: string[] = []
  const spans: CollectedSpan[] = []
  const watchers = new Set<() => void>()
  const server = await serve(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    bodies.push(body)
    if (request.url === '/v1/traces') spans.push(...read(JSON.parse(body) as OtlpRequest))
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    for (const watcher of [...watchers]) watcher()
  })

  return {
    endpoint: server.origin,
    /** Everything that was sent, as it came. */
    bodies,
    spans,
    /** Waits until spans are there that fit. */
    until<T>(find: (spans: CollectedSpan[]) => T | undefined, withinMs = 20_000): Promise<T> {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          watchers.delete(check)
          reject(new Error(`never came; there are: ${spans.map((s) => s.name).join(', ')}`))
        }, withinMs)
        const check = () => {
          const found = find(spans)
          if (found === undefined) return
          clearTimeout(timer)
          watchers.delete(check)
          resolve(found)
        }
        watchers.add(check)
        check()
      })
    },
    stop: server.stop,
  }
}

function read({ resourceSpans }: OtlpRequest): CollectedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap((scope) =>
      scope.spans.map((span) => ({
        name: span.name,
        traceId: span.traceId,
        spanId: span.spanId,
        parentSpanId: span.parentSpanId || undefined,
        attributes: toObject(span.attributes ?? []),
        events: (span.events ?? []).map(({ name }) => name),
        links: (span.links ?? []).map(({ spanId }) => spanId),
        resource: toObject(resource.attributes),
      })),
    ),
  )
}

function toObject(attributes: OtlpAttribute[]): Record<string, unknown> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key, Object.values(value)[0]] as const),
  )
}
