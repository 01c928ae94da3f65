import { setTimeout as sleep } from 'node:timers/promises'
import type { OpenStream } from './port.ts'
import { modelFailed, retryAfterMs, statusOf } from './provider-error.ts'

/** A wait that people in a room bear, ms; for longer the built-in brain answers. */
const BEARABLE_MS = 2_000
/** A provider that asks for more is asked again after this, ms. */
const LONGEST_REST_MS = 300_000
/** Too many requests, and an overload. */
const LATER = [429, 503, 529]

/**
 * Keeps to what a provider says of when to come back (`retry-after`): a short wait is waited for, once; a long one fails,
 * and so does at once what is asked before it is over, so that nobody waits for it.
 */
export function createPatience(name: string, open: OpenStream): OpenStream {
  let restUntil = Number.NEGATIVE_INFINITY

  return async (request, signal) => {
    if (performance.now() < restUntil) throw modelFailed(name, 'resting', 429)
    try {
      return await open(request, signal)
    } catch (error) {
      const wait = LATER.includes(statusOf(error) ?? 0) ? retryAfterMs(error) : undefined
      if (wait === undefined || signal.aborted) throw error
      if (wait > BEARABLE_MS) {
        restUntil = performance.now() + Math.min(wait, LONGEST_REST_MS)
        throw error
      }
      await sleep(wait, undefined, { signal })
      return open(request, signal)
    }
  }
}
