import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { queries } from '#db'
import { HubError } from '#protocol'
import type { App, HttpDeps } from '../types.ts'

/** Headers of an answer that are part of what was answered. */
const KEPT_HEADERS = ['content-type', 'location']

/**
 * `Idempotency-Key` on routes that make something: the same key from the same user gets the same answer
 * for 24 hours, and nothing is made twice. Only success is kept; after a failure the key is free again.
 */
export function idempotent(app: App, { db, clock }: Pick<HttpDeps, 'db' | 'clock'>): void {
  const claimed = new WeakMap<FastifyRequest, queries.KeyedRequest>()

  app.addHook('preHandler', async (request, reply) => {
    const key = request.headers['idempotency-key']
    if (!request.routeOptions.config.idempotent || key === undefined) return
    const keyed = describe(request, key)
    const claim = await db.withUser(request.principal, (tx) => queries.claimKey(tx, keyed, clock()))
    switch (claim.kind) {
      case 'first':
        claimed.set(request, keyed)
        return
      case 'running':
        throw new HubError('conflict', 'The first request with this key is still under way.')
      case 'other':
        throw new HubError('invalid', 'This Idempotency-Key was used for another request.')
      case 'answered':
        return reply
          .code(claim.answer.status)
          .headers(claim.answer.headers)
          .send(JSON.stringify(claim.answer.response))
    }
  })

  app.addHook('onSend', async (request, reply, payload) => {
    const keyed = claimed.get(request)
    if (keyed === undefined) return payload
    claimed.delete(request)
    await db.withUser(request.principal, (tx) => {
      if (reply.statusCode >= 300 || typeof payload !== 'string')
        return queries.forgetKey(tx, keyed)
      const headers = KEPT_HEADERS.flatMap((name) => {
        const value = reply.getHeader(name)
        return value === undefined ? [] : [[name, String(value)]]
      })
      return queries.keepAnswer(tx, keyed, {
        status: reply.statusCode,
        headers: Object.fromEntries(headers),
        response: JSON.parse(payload),
      })
    })
    return payload
  })
}

function describe(request: FastifyRequest, key: string | string[]): queries.KeyedRequest {
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(key))
    throw new HubError('invalid', 'An Idempotency-Key is 1-255 visible ASCII characters.')
  const body = JSON.stringify(request.body ?? null)
  return {
    userId: request.principal.userId,
    method: request.method,
    path: request.url,
    key,
    fingerprint: createHash('sha256').update(body).digest('base64url'),
  }
}
