import { isUnavailable } from '#db'
import { HubError, toHubError } from '#protocol'

/**
 * Any thrown value as what the caller is told: a lost database is `degraded`, anything else that is no
 * HubError is a defect, `internal`.
 */
export function asHubError(error: unknown): HubError {
  if (error instanceof HubError) return error
  if (isUnavailable(error))
    return new HubError('degraded', 'The database is away. Nothing was changed; try again.', {
      cause: error,
    })
  return toHubError(error)
}
