import { HubError } from '#protocol'
import type { Arrival } from '#rooms/arrival'
import type { HttpDeps } from '../../types.ts'

const CONNECT =
  'This hub is connected to no LiveKit server: set LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET, and start it again.'

/** Throws `conflict` where no LiveKit server is configured. */
export function connected({ arrival }: Pick<HttpDeps, 'arrival'>): Arrival {
  if (!arrival) throw new HubError('conflict', CONNECT)
  return arrival
}

/** As an address that is not there. */
export function notConnected(): HubError {
  return new HubError('not_found', CONNECT)
}
