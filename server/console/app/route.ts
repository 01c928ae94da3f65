/** Where in the console one is. */
export type Route =
  | { page: 'rooms' }
  | { page: 'room'; name: string; at?: number }
  | { page: 'desk' }
  | { page: 'past' }
  | { page: 'data' }
  | { page: 'unknown' }

/**
 * Reads an address' hash: `#/`, `#/rooms/NAME?at=SEQ` (the name percent-encoded), `#/desk`, `#/past`,
 * `#/data`. No hash is the first screen.
 */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?')
  const [, page = '', ...rest] = path.split('/')
  if (page === '') return rest.length === 0 ? { page: 'rooms' } : { page: 'unknown' }
  if (rest.length === 0 && (page === 'desk' || page === 'past' || page === 'data')) return { page }
  const [encoded = ''] = rest
  if (page !== 'rooms' || rest.length !== 1 || encoded === '') return { page: 'unknown' }
  const name = decoded(encoded)
  if (name === undefined) return { page: 'unknown' }
  const at = new URLSearchParams(query).get('at') ?? ''
  return { page: 'room', name, ...(/^\d{1,15}$/.test(at) ? { at: Number(at) } : {}) }
}

/** A route's address, for links. */
export function hrefOf(route: Exclude<Route, { page: 'unknown' }>): string {
  if (route.page === 'rooms') return '#/'
  if (route.page !== 'room') return `#/${route.page}`
  const at = route.at === undefined ? '' : `?at=${route.at}`
  return `#/rooms/${encodeURIComponent(route.name)}${at}`
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
