import { HubError } from '#protocol/client'

export interface RestOptions {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Sent as JSON. */
  body?: unknown
  signal?: AbortSignal
}

/** Asks the hub's REST API; `path` is below `/api/v1`. */
export type Fetcher = (path: string, options?: RestOptions) => Promise<Response>

/** A request that takes longer than this means a slow network, ms. */
const SLOW_MS = 4_000

/**
 * A fetcher that sends the token and turns problem+json into errors.
 *
 * @throws HubError of the fetcher, with what the hub said; `degraded` when the hub cannot be reached
 */
export function createFetcher(
  token: () => string | undefined,
  slow: (on: boolean) => void,
): Fetcher {
  return async (path, { method = 'GET', body, signal } = {}) => {
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      slow(true)
    }, SLOW_MS)
    try {
      const response = await fetch(`/api/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token() ?? ''}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal === undefined ? {} : { signal }),
      })
      if (response.ok) return response
      throw await problemOf(response)
    } catch (error) {
      if (error instanceof HubError || signal?.aborted) throw error
      throw new HubError('degraded', 'The hub cannot be reached. Check your connection.', {
        cause: error,
      })
    } finally {
      clearTimeout(timer)
      // it stays slow until an answer comes in time again
      if (!isLate) slow(false)
    }
  }
}

async function problemOf(response: Response): Promise<HubError> {
  const problem = (await response.json().catch(() => ({}))) as {
    code?: HubError['code']
    detail?: string
    title?: string
  }
  const said = problem.detail ?? problem.title ?? `The hub answered ${response.status}.`
  return new HubError(problem.code ?? 'internal', said)
}
