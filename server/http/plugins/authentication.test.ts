import fastify from 'fastify'
import { expect, test } from 'vitest'
import type { Principal } from '#protocol'
import { createBuckets } from '../../buckets.ts'
import { createLog } from '../../log.ts'
import type { App } from '../types.ts'
import { requireToken } from './authentication.ts'
import { answerErrors } from './errors.ts'

/** The API's guard before one route, with a clock that stands. */
async function guarded() {
  const time = { now: 1_000_000 }
  const app: App = fastify()
  answerErrors(app, { log: createLog('silent') })
  const verifyToken = async (token: unknown): Promise<Principal> => ({
    ...{ userId: String(token), role: 'user', expiresAt: Number.POSITIVE_INFINITY },
  })
  await app.register(
    async (scope) => {
      requireToken(scope, {
        auth: { verifyToken, local: false },
        buckets: createBuckets(() => time.now),
      })
      scope.get('/rooms', async () => ({}))
    },
    { prefix: '/api/v1' },
  )
  const get = (path: string, as: string) =>
    app.inject({ url: `/api/v1${path}`, headers: { authorization: `Bearer ${as}` } })
  /** How many of so many requests got which status. */
  const statuses = async (requests: number, path: string, as: string) => {
    const counts: Record<number, number> = {}
    for (let i = 0; i < requests; i++) {
      const { statusCode } = await get(path, as)
      counts[statusCode] = (counts[statusCode] ?? 0) + 1
    }
    return counts
  }
  return { time, get, statuses }
}

test('too many requests are told when to come again', async () => {
  const { time, get, statuses } = await guarded()
  // an address that does not exist costs nothing; a real one does
  expect(await statuses(700, '/nothing-here', 'hasty')).toEqual({ 404: 700 })
  expect(await statuses(700, '/rooms', 'hasty')).toEqual({ 200: 500, 429: 200 })
  const refused = await get('/rooms', 'hasty')
  expect(refused.headers['retry-after']).toBe('1')
  expect(refused.json()).toMatchObject({ status: 429, code: 'rate_limited' })
  expect(await statuses(1, '/rooms', 'patient')).toEqual({ 200: 1 })
  time.now += 1_000
  expect(await statuses(200, '/rooms', 'hasty')).toEqual({ 200: 100, 429: 100 })
})
