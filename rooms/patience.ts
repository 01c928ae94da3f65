import { setTimeout as sleep } from 'node:timers/promises'

/** Too many requests, and an overload. */
const LATER = [429, 503, 529]

export interface PatienceOptions {
  /** A wait that is waited for, ms. */
  bearableMs: number
  /** A provider that wants to be left alone for longer is asked again after this, ms. */
  longestRestMs: number
  /** What is thrown while it is left alone. */
  resting(): Error
}

/**
 * Keeps to what a provider says of when to come back (`retry-after`): a short wait is waited for, once; a long one fails,
 * and so does at once what is asked before it is over, so that nobody waits for it.
 */
export function createPatience({ bearableMs, longestRestMs, resting }: PatienceOptions) {
  let restUntil = Number.NEGATIVE_INFINITY

  return async function patiently<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
    if (performance.now() < restUntil) throw resting()
    try {
      return await ask()
    } catch (error) {
      const wait = LATER.includes(statusOf(error) ?? 0) ? retryAfterMs(error) : undefined
      if (wait === undefined || signal.aborted) throw error
      if (wait > bearableMs) {
        restUntil = performance.now() + Math.min(wait, longestRestMs)
        throw error
      }
      await sleep(wait, undefined, { signal })
      return ask()
    }
  }
}

/** The HTTP status that an error of an SDK stands for; none for a connection that failed. */
export function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('status' in error)) return undefined
  return typeof error.status === 'number' ? error.status : undefined
}

/** When the provider wants to be asked again, ms from now; undefined when it does not say. */
function retryAfterMs(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('headers' in error)) return undefined
  if (!(error.headers instanceof Headers)) return undefined
  const ms = error.headers.get('retry-after-ms')
  const seconds = error.headers.get('retry-after')
  const said = ms === null ? Number(seconds ?? Number.NaN) * 1_000 : Number(ms)
  if (Number.isFinite(said)) return Math.max(0, said)
  // the other form of the header is a date
  const until = Date.parse(seconds ?? '') - Date.now()
  return Number.isFinite(until) ? Math.max(0, until) : undefined
}
