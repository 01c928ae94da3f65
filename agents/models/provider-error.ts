import { HubError } from '#protocol'

/** Why a model gave no answer that can be used. */
export type Failure = 'status' | 'cut' | 'refused' | 'truncated' | 'empty' | 'resting' | 'malformed'

/** A failure of the provider. Its text may hold what people said, so that only its status is kept. */
export function modelFailed(model: string, reason: Failure, status?: number): HubError {
  return new HubError('provider_failed', 'The model provider failed.', {
    details: { model, reason, ...(status === undefined ? {} : { status }) },
  })
}

export function failureOf(model: string, error: unknown): HubError {
  const status = statusOf(error)
  return modelFailed(model, status === undefined ? 'cut' : 'status', status)
}

/** The HTTP status that an error of an SDK stands for; none for a connection that failed. */
export function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('status' in error)) return undefined
  return typeof error.status === 'number' ? error.status : undefined
}

/** When the provider wants to be asked again, ms from now; undefined when it does not say. */
export function retryAfterMs(error: unknown): number | undefined {
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
