import { describe, expect, test } from 'vitest'
import { CLOSE_CODES, ERRORS, HubError, toHubError } from './errors.ts'

describe('errors', () => {
  test('the catalogue is the one that clients were promised', () => {
    const statuses = Object.entries(ERRORS).map(([code, { status }]) => [code, status])
    expect(Object.fromEntries(statuses)).toEqual({
      unauthenticated: 401,
      token_expired: 401,
      forbidden: 403,
      not_found: 404,
      invalid: 422,
      malformed: 400,
      conflict: 409,
      too_large: 413,
      rate_limited: 429,
      budget_exceeded: 402,
      muted: 403,
      removed: 403,
      room_closed: 410,
      not_owner: 421,
      degraded: 503,
      draining: 503,
      provider_failed: 502,
      timed_out: 504,
      internal: 500,
    })
    expect(CLOSE_CODES).toEqual({
      tokenExpired: 4001,
      slowConsumer: 4008,
      draining: 4009,
      tooLarge: 1009,
    })
  })

  test('on the wire an error is its code, message and details, never its cause', () => {
    const cause = new Error('password=secret')
    const bare = new HubError('not_found', 'No such room.', { cause })
    expect(bare.toWire()).toEqual({ code: 'not_found', message: 'No such room.' })
    expect(bare.cause).toBe(cause)
    expect(bare.status).toBe(404)
    const muted = new HubError('muted', 'Muted.', { details: { until: null } })
    expect(muted.toWire()).toEqual({ code: 'muted', message: 'Muted.', details: { until: null } })
  })

  test('what is thrown and is none of ours is a defect, told without its text', () => {
    for (const thrown of [new Error('at /home/x: secret'), 'secret', undefined, null]) {
      const error = toHubError(thrown)
      expect(error.code).toBe('internal')
      expect(JSON.stringify(error.toWire())).not.toContain('secret')
      expect(error.cause).toBe(thrown)
    }
    const mine = new HubError('muted', 'x')
    expect(toHubError(mine)).toBe(mine)
  })
})
