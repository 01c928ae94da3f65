import { HubError } from '#protocol'
import { statusOf } from '#rooms'

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
