import { HubError } from '#protocol'
import { plainAddress } from '../../address.ts'
import type { Limit } from '../../buckets.ts'
import type { App, HttpDeps } from '../types.ts'

/** Requests of one user, over all routes. */
const REQUEST_LIMIT: Limit = { perSecond: 100, burst: 500 }

/** Requires a bearer token, except of routes with `config.open`, and limits how often its user asks. */
export function requireToken(
  app: App,
  { auth, buckets }: Pick<HttpDeps, 'auth' | 'buckets'>,
): void {
  app.decorateRequest('principal')
  app.addHook('onRequest', async (request) => {
    if (request.routeOptions.config.open) return
    const principal = await auth.verifyToken(bearer(request.headers.authorization))
    const wait = buckets.take(principal.userId, 'http', REQUEST_LIMIT)
    if (wait > 0)
      throw new HubError('rate_limited', `Too many requests. Send it again in ${wait} ms.`, {
        details: { retry_in_ms: wait },
      })
    const via = { address: plainAddress(request.ip), request: request.id }
    request.principal = { ...principal, via }
  })
}

function bearer(header: string | undefined): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(header ?? '')?.[1]
}
