import type { App, HttpDeps } from '../types.ts'

/** What the API sends may be shown, framed or run by nobody. Pages set a policy of their own. */
const POLICY = "default-src 'none'; frame-ancestors 'none'"

export function secureHeaders(app: App): void {
  app.addHook('onSend', async (_, reply) => {
    reply.header('x-content-type-options', 'nosniff')
    reply.header('referrer-policy', 'no-referrer')
    reply.header('x-frame-options', 'DENY')
    reply.header('cross-origin-opener-policy', 'same-origin')
    if (!reply.hasHeader('content-security-policy')) reply.header('content-security-policy', POLICY)
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
  })
}

/** Times each request by its route, never by its address: that holds names of rooms and users. */
export function measureRequests(app: App, { metrics }: Pick<HttpDeps, 'metrics'>): void {
  app.addHook('onResponse', async (request, reply) => {
    metrics.requests.observe(
      {
        method: request.method,
        route: request.routeOptions.url ?? 'unknown',
        status: reply.statusCode,
      },
      reply.elapsedTime / 1000,
    )
  })
}
